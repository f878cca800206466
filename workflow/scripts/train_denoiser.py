"""Train the class-conditional denoiser on the training images."""

from synthgap.data.images import load_images, load_info
from synthgap.data.randomness import derive_seed
from synthgap.models.denoiser_training import DenoiserConfig, train_denoiser
from synthgap.models.resuming import checkpoint_path
from synthgap.models.storage import save_network
from synthgap.plan.settings import build_settings
from synthgap.run.devices import select_device
from synthgap.run.job import device_of, run_job


def main(job):
    settings, name = job.params.settings, job.wildcards.denoiser
    values = {key: value for key, value in settings["train"].items() if key != "replicates"}
    config, seed = build_settings(DenoiserConfig, values), derive_seed(settings["seed"], name)
    train, info = load_images(job.input.train), load_info(job.input.info)
    device = select_device(device_of(job))
    made_by = f"{settings['code']} {settings['threads']} {device.type}"
    checkpoint = checkpoint_path(job.params.checkpoints, name, train, config, seed, made_by)
    network = train_denoiser(
        train, len(info.class_names), config, seed=seed, device=device, checkpoint=checkpoint
    )
    save_network(job.output[0], network, {"trained on": info.source})
    checkpoint.unlink()


if __name__ == "__main__":
    run_job(main, snakemake)
