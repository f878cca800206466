FIG6_SETS = list(dict.fromkeys([REAL, MIDDLE, SYNTHETIC]))
# Whether the paper's numbers are about this experiment.
WITH_PAPER = DATASET == "cifar10" and T == 100
# Generators' sets beside the real one, whose spectra are shown.
GENERATED = [REAL, SYNTHETIC, *COMPETITORS]


rule tabulate_detection:
    input:
        R / "metrics.csv",
    output:
        report(
            R / "table1.csv",
            caption="../report/table1.rst",
            category="Tables",
            labels={"table": "Table 1: fake detection"},
        ),
    log:
        R / "logs/tabulate_detection.log",
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        **needs("tabulate_detection"),
    params:
        settings=settings("tabulate_detection"),
        with_paper=WITH_PAPER,
    script:
        "../scripts/tabulate_detection.py"


rule tabulate_accuracy:
    input:
        R / "metrics.csv",
    output:
        report(
            R / "table2.csv",
            caption="../report/table2.rst",
            category="Tables",
            labels={"table": "Table 2: test accuracy"},
        ),
    log:
        R / "logs/tabulate_accuracy.log",
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        **needs("tabulate_accuracy"),
    params:
        settings=settings("tabulate_accuracy", "diffusion.sampling"),
        with_paper=WITH_PAPER,
    script:
        "../scripts/tabulate_accuracy.py"


rule write_summary:
    input:
        scores=R / "metrics.csv",
        info=R / "data/dataset.json",
    output:
        markdown=R / "summary.md",
        html=report(
            R / "summary.html",
            caption="../report/summary.rst",
            category="Summary",
            labels={"text": "What was lost"},
        ),
    log:
        R / "logs/write_summary.log",
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        **needs("write_summary"),
    params:
        settings=settings("write_summary", "seed", "diffusion.sampling"),
        with_paper=WITH_PAPER,
    script:
        "../scripts/write_summary.py"


rule plot_accuracy:
    input:
        R / "metrics.csv",
    output:
        png=report(
            R / "fig1a.png",
            caption="../report/fig1a.rst",
            category="Classifiers",
            labels={"figure": "Fig. 1a: accuracy, real and synthetic"},
        ),
        pdf=R / "fig1a.pdf",
    log:
        R / "logs/plot_accuracy.log",
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        **needs("plot_accuracy"),
    params:
        settings=settings("plot_accuracy"),
        synthetic=SYNTHETIC,
    script:
        "../scripts/plot_accuracy.py"


rule plot_features:
    input:
        real=measurement_files(REAL, 0),
        synthetic=measurement_files(SYNTHETIC, 0),
    output:
        png=report(
            R / "fig1b.png",
            caption="../report/fig1b.rst",
            category="Features",
            labels={"figure": "Fig. 1b: all classes"},
        ),
        pdf=R / "fig1b.pdf",
    log:
        R / "logs/plot_features.log",
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        **needs("plot_features"),
    params:
        settings=settings("plot_features"),
    script:
        "../scripts/plot_features.py"


rule plot_reconstruction:
    input:
        **training_images([REAL, *RECONSTRUCTED]),
    output:
        png=report(
            R / "fig2.png",
            caption="../report/fig2.rst",
            category="Synthetic samples",
            labels={"figure": "Fig. 2: noised and restored"},
        ),
        pdf=R / "fig2.pdf",
    log:
        R / "logs/plot_reconstruction.log",
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        **needs("plot_reconstruction"),
    params:
        settings=settings("plot_reconstruction", "seed", "diffusion.sampling"),
        sets=RECONSTRUCTED,
    script:
        "../scripts/plot_reconstruction.py"


rule plot_grid:
    input:
        **training_images(SETS),
    output:
        png=report(
            R / "fig3a.png",
            caption="../report/fig3a.rst",
            category="Synthetic samples",
            labels={"figure": "Fig. 3a: reconstructions"},
        ),
        pdf=R / "fig3a.pdf",
    log:
        R / "logs/plot_grid.log",
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        **needs("plot_grid"),
    params:
        settings=settings("plot_grid", "figures.images"),
        sets=SETS,
    script:
        "../scripts/plot_grid.py"


rule plot_quality:
    input:
        R / "metrics.csv",
    output:
        png=report(
            R / "fig3b.png",
            caption="../report/fig3b.rst",
            category="Synthetic samples",
            labels={"figure": "Fig. 3b: quality"},
        ),
        pdf=R / "fig3b.pdf",
    log:
        R / "logs/plot_quality.log",
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        **needs("plot_quality"),
    params:
        settings=settings("plot_quality", "metrics.frechet", "metrics.manifold", "diffusion.sampling"),
    script:
        "../scripts/plot_quality.py"


rule plot_attention:
    input:
        test=R / "data/test.npz",
        maps=R / "metrics/gradcam/maps.npz",
    output:
        png=report(
            R / "fig4.png",
            caption="../report/fig4.rst",
            category="Classifiers",
            labels={"figure": "Fig. 4: attention maps"},
        ),
        pdf=R / "fig4.pdf",
    log:
        R / "logs/plot_attention.log",
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        **needs("plot_attention"),
    params:
        settings=settings("plot_attention", "figures.images"),
        sets=CLASSIFIER_SETS,
    script:
        "../scripts/plot_attention.py"


rule plot_entropy:
    input:
        R / "metrics.csv",
    output:
        png=report(
            R / "fig5.png",
            caption="../report/fig5.rst",
            category="Classifiers",
            labels={"figure": "Fig. 5: output entropy"},
        ),
        pdf=R / "fig5.pdf",
    log:
        R / "logs/plot_entropy.log",
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        **needs("plot_entropy"),
    params:
        settings=settings("plot_entropy", "diffusion.sampling"),
    script:
        "../scripts/plot_entropy.py"


rule plot_class_features:
    input:
        **{name: measurement_files(name, 0) for name in FIG6_SETS},
        info=R / "data/dataset.json",
    output:
        png=report(
            R / "fig6.png",
            caption="../report/fig6.rst",
            category="Features",
            labels={"figure": "Fig. 6: one class"},
        ),
        pdf=R / "fig6.pdf",
    log:
        R / "logs/plot_class_features.log",
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        **needs("plot_class_features"),
    params:
        settings=settings("plot_class_features", "figures.class"),
        sets=FIG6_SETS,
    script:
        "../scripts/plot_class_features.py"


rule plot_detection:
    input:
        R / "metrics.csv",
    output:
        png=report(
            R / "detection.png",
            caption="../report/detection.rst",
            category="Synthetic samples",
            labels={"figure": "Told from real images"},
        ),
        pdf=R / "detection.pdf",
    log:
        R / "logs/plot_detection.log",
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        **needs("plot_detection"),
    params:
        settings=settings("plot_detection", "diffusion.sampling"),
    script:
        "../scripts/plot_detection.py"


rule plot_spectra:
    input:
        **training_images(GENERATED),
        held_out=R / "data/test.npz",
    output:
        png=report(
            R / "spectra.png",
            caption="../report/spectra.rst",
            category="Synthetic samples",
            labels={"figure": "Mean spectra"},
        ),
        pdf=R / "spectra.pdf",
    log:
        R / "logs/plot_spectra.log",
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        **needs("plot_spectra"),
    params:
        settings=settings("plot_spectra"),
        sets=GENERATED,
    script:
        "../scripts/plot_spectra.py"


rule write_costs:
    input:
        R / "metrics.csv",  # behind it lie all jobs that compute
    output:
        report(
            R / "costs.html",
            caption="../report/costs.rst",
            category="Run",
            labels={"text": "Where the time went"},
        ),
    log:
        R / "logs/write_costs.log",
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        **needs("write_costs"),
    params:
        settings=settings("write_costs"),
        benchmarks=R / "benchmarks",
    script:
        "../scripts/write_costs.py"
