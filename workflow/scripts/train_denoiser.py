"""Train the class-conditional denoiser on the training images."""

from synthgap.data.images import load_images, load_info
from synthgap.diffusion.storage import save_network
from synthgap.diffusion.training import DenoiserConfig, train_denoiser
from synthgap.jobs import device_of, run_job
from synthgap.randomness import derive_seed
from synthgap.settings import build_settings
from synthgap.torch_setup import select_device


def main(job):
    settings = job.params.settings
    config = {key: value for key, value in settings["train"].items() if key != "replicates"}
    info, device = load_info(job.input.info), select_device(device_of(job))
    network = train_denoiser(
        load_images(job.input.train),
        len(info.class_names),
        build_settings(DenoiserConfig, config),
        seed=derive_seed(settings["seed"], job.wildcards.denoiser),
        device=device,
        checkpoints=job.params.checkpoints,
        made_by=f"{settings['code']} {settings['threads']} {device.type}",
    )
    save_network(job.output[0], network, {"trained on": info.source})


if __name__ == "__main__":
    run_job(main, snakemake)
