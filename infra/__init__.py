"""The program's infrastructure: the stack, its package and deployment, the local cloud, the demo."""
