"""Train the small GAN that competes with the diffusion model."""

from synthgap.data.images import load_images, load_info
from synthgap.diffusion.gan_training import GANConfig, train_gan
from synthgap.diffusion.storage import save_network
from synthgap.jobs import device_of, run_job
from synthgap.randomness import derive_seed
from synthgap.settings import build_settings
from synthgap.torch_setup import select_device


def main(job):
    settings = job.params.settings
    info, device = load_info(job.input.info), select_device(device_of(job))
    generator = train_gan(
        load_images(job.input.train),
        len(info.class_names),
        build_settings(GANConfig, settings["gan"]),
        seed=derive_seed(settings["seed"], "gan", job.wildcards.set),
        device=device,
        checkpoints=job.params.checkpoints,
        made_by=f"{settings['code']} {settings['threads']} {device.type}",
    )
    save_network(job.output[0], generator, {"trained on": info.source})


if __name__ == "__main__":
    run_job(main, snakemake)
