"""Reading a target: parsing, the guard, imports, running the file, discovering its models and their inputs."""
