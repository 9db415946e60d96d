"""The two stacks in the account, created and deleted by the commands of infra/README.md."""

import pathlib

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent


def create_ebb(aws, name, bucket, folder):
    """Creates the stack of ebb, which serves the one cluster and the one hook."""
    packaged = folder / "ebb.yaml"
    template = str(ROOT / "infra/template.yaml")
    output = ["--s3-prefix", name, "--output-template-file", str(packaged)]
    aws.run("cloudformation", "package", "--template-file", template, "--s3-bucket", bucket, *output)
    parameters = [f"Name={name}-ebb", f"Hooks={name}", f"Clusters={name}"]
    _deploy(aws, f"{name}-ebb", packaged, parameters, "--s3-bucket", bucket, "--s3-prefix", name)


def create_world(aws, name):
    """Creates the stack with the container instances."""
    _deploy(aws, f"{name}-world", HERE / "world.yaml", [f"Name={name}"])


def _deploy(aws, stack, template, parameters, *options):
    given = ["--capabilities", "CAPABILITY_IAM", "--parameter-overrides", *parameters]
    aws.run("cloudformation", "deploy", "--template-file", str(template), "--stack-name", stack, *options, *given)


def delete(aws, name, bucket):
    """Deletes everything: first the instances, whose last drain needs ebb, then ebb and its objects."""
    for stack in [f"{name}-world", f"{name}-ebb"]:
        aws.run("cloudformation", "delete-stack", "--stack-name", stack)
        aws.run("cloudformation", "wait", "stack-delete-complete", "--stack-name", stack)
    aws.run("s3", "rm", "--recursive", f"s3://{bucket}/{name}/")
