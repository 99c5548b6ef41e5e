"""From a target to a result: a file is run, its models are found, called and diagnosed, and what is wrong with them is explained. Nothing here draws."""
