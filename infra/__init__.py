"""What surrounds the program: the stack, its package and deployment, the local cloud, the demo."""
