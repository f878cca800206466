"""Train the small GAN that competes with the diffusion model."""

from synthgap.data.images import load_images, load_info
from synthgap.data.randomness import derive_seed
from synthgap.models.gan_training import GANConfig, train_gan
from synthgap.models.resuming import checkpoint_path
from synthgap.models.storage import save_network
from synthgap.plan.settings import build_settings
from synthgap.run.devices import select_device
from synthgap.run.job import device_of, run_job


def main(job):
    settings, name = job.params.settings, job.wildcards.set
    config, seed = build_settings(GANConfig, settings["gan"]), derive_seed(settings["seed"], "gan", name)
    train, info = load_images(job.input.train), load_info(job.input.info)
    device = select_device(device_of(job))
    made_by = f"{settings['code']} {settings['threads']} {device.type}"
    checkpoint = checkpoint_path(job.params.checkpoints, name, train, config, seed, made_by)
    generator = train_gan(
        train, len(info.class_names), config, seed=seed, device=device, checkpoint=checkpoint
    )
    save_network(job.output[0], generator, {"trained on": info.source})
    checkpoint.unlink()


if __name__ == "__main__":
    run_job(main, snakemake)
