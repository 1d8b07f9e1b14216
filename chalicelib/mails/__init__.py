"""Letters to clients and to the operator: what a task says when it is sent. They know no HTTP."""
