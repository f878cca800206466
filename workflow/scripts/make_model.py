"""Train what makes images, or bring it in from a file."""

from pathlib import Path

from synthgap.data.images import load_images, load_info
from synthgap.models.storage import save_network
from synthgap.models.task import ModelTask
from synthgap.plan.settings import build_settings
from synthgap.plan.tables import plugin
from synthgap.run.job import device_of, run_job


def main(job):
    settings = job.params.settings
    kind, device = plugin("models", settings["kind"]), device_of(job)
    made = kind.make(
        ModelTask(
            name=job.wildcards.model,
            options=build_settings(kind.DECLARATION.options, settings["options"]),
            roles=tuple(settings["roles"]),
            seed=settings["seed"],
            train=load_images(job.input.train),
            info=load_info(job.input.info),
            device=device,
            tf32=settings["tf32"],
            checkpoints=Path(job.output[0]).parents[1] / "checkpoints",
            made_by=f"{settings['code']} {settings['threads']} {device} {settings['tf32']}",
            file=job.input.source[0] if job.input.source else None,
            images=load_images(job.input.images) if job.input.images else None,
            classes=settings.get("classes"),
        )
    )
    save_network(job.output[0], made.network, made.origin)
    if made.checkpoint is not None:
        made.checkpoint.unlink()


if __name__ == "__main__":
    run_job(main, snakemake)
