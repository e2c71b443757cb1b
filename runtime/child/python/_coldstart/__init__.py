"""What runs inside a container of Python. Standard library alone, and of that as little as can be: each import is paid in every cold start."""
