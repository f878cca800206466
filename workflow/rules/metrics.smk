rule measure_set:
    input:
        **extractor_files(),
        train=lambda w: shard_file(w.set, "train", w.rep, w.shard),
        test=lambda w: shard_file(w.set, "test", w.rep, w.shard),
        real_train=image_files(REAL, "train", 0),
        real_test=image_files(REAL, "test", 0),
        classifier=R / f"classifiers/{REAL}/rep{{rep}}.safetensors",
    output:
        R / f"metrics/{{set}}/rep{{rep}}/{{shard}}-of-{SHARDS}.safetensors",
    log:
        R / "logs/measure_set/{set}-rep{rep}-{shard}.log",
    benchmark:
        R / "benchmarks/measure_set/{set}-rep{rep}-{shard}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: config["threads"]
    resources:
        **needs("measure_set"),
    params:
        settings=settings(
            "measure_set",
            "threads",
            "tf32",
            "metrics.frechet",
            "metrics.manifold",
            "metrics.image_size",
            "metrics.batch_size",
            plugins=[("extractors", name) for name in EXTRACTORS] + LEARNER,
        )
        | {"sha256": {name: config["downloads"][name]["sha256"] for name in extractor_files()}},
    script:
        "../scripts/measure_set.py"


rule score_set:
    input:
        fake=lambda w: measurement_files(w.set, w.rep),
        real=lambda w: measurement_files(REAL, w.rep),
    output:
        scores=R / "metrics/{set}/rep{rep}/scores.csv",
        images=R / "metrics/{set}/rep{rep}/images.safetensors",
    log:
        R / "logs/score_set/{set}-rep{rep}.log",
    benchmark:
        R / "benchmarks/score_set/{set}-rep{rep}.tsv"
    conda:
        "../envs/analysis.yaml"
    threads: config["threads"]
    resources:
        **needs("score_set"),
    params:
        settings=settings(
            "score_set",
            "seed",
            "threads",
            "metrics.frechet",
            "metrics.manifold",
            "metrics.precision_k",
            "metrics.density_k",
            "metrics.pair_images",
            plugins=METRICS,
        )
        | {"compared": COMPARED},
    script:
        "../scripts/score_set.py"


rule score_baseline:
    input:
        measurement_files(REAL, 0),
    output:
        R / "metrics/baseline.csv",
    log:
        R / "logs/score_baseline.log",
    benchmark:
        R / "benchmarks/score_baseline.tsv"
    conda:
        "../envs/analysis.yaml"
    threads: config["threads"]
    resources:
        **needs("score_baseline"),
    params:
        settings=settings(
            "score_baseline",
            "seed",
            "threads",
            "metrics.frechet",
            "metrics.manifold",
            "metrics.precision_k",
            "metrics.density_k",
            "metrics.pair_images",
            "metrics.resplits",
            plugins=METRICS,
        )
        | {"compared": COMPARED},
    script:
        "../scripts/score_baseline.py"


rule score_edges:
    input:
        fake=lambda w: measurement_files(w.set, w.rep),
        real=measurement_files(REAL, 0),
    output:
        scores=R / "metrics/{set}/rep{rep}/edges.csv",
        images=R / "metrics/{set}/rep{rep}/edges-images.safetensors",
    log:
        R / "logs/score_edges/{set}-rep{rep}.log",
    benchmark:
        R / "benchmarks/score_edges/{set}-rep{rep}.tsv"
    conda:
        "../envs/analysis.yaml"
    threads: config["threads"]
    resources:
        **needs("score_edges"),
    params:
        settings=settings("score_edges", "seed", "threads", "metrics.manifold"),
    script:
        "../scripts/score_edges.py"


rule detect_fakes:
    input:
        real=image_files(REAL, "train", 0),
        fake=lambda w: image_files(w.set, "train", w.rep),
    output:
        R / "metrics/detection/{set}/rep{rep}.csv",
    log:
        R / "logs/detect_fakes/{set}-rep{rep}.log",
    benchmark:
        R / "benchmarks/detect_fakes/{set}-rep{rep}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: config["threads"]
    resources:
        **needs("detect_fakes"),
    params:
        settings=lambda w: settings(
            "detect_fakes", "seed", "threads", "tf32", "detection", plugins=DETECTORS
        )
        | {"paired": RECIPES[w.set].paired},
    script:
        "../scripts/detect_fakes.py"


rule detect_controls:
    input:
        train=image_files(REAL, "train", 0),
        test=image_files(REAL, "test", 0),
        info=R / "data/dataset.json",
    output:
        R / "metrics/detection/controls.csv",
    log:
        R / "logs/detect_controls.log",
    benchmark:
        R / "benchmarks/detect_controls.tsv"
    conda:
        "../envs/torch.yaml"
    threads: config["threads"]
    resources:
        **needs("detect_controls"),
    params:
        settings=settings("detect_controls", "seed", "threads", "tf32", "detection", plugins=DETECTORS),
    script:
        "../scripts/detect_controls.py"


rule map_attention:
    input:
        test=image_files(REAL, "test", 0),
        classifiers=every(R / "classifiers/{set}/rep{rep}.safetensors", MAPPED),
    output:
        maps=R / "metrics/gradcam/maps.safetensors",
        scores=R / "metrics/gradcam/scores.csv",
        pairs=R / "metrics/gradcam/pairs.safetensors",
    log:
        R / "logs/map_attention.log",
    benchmark:
        R / "benchmarks/map_attention.tsv"
    conda:
        "../envs/torch.yaml"
    threads: config["threads"]
    resources:
        **needs("map_attention"),
    params:
        settings=settings(
            "map_attention", "seed", "threads", "tf32", "metrics.attention_images", plugins=LEARNER
        ),
        sets=MAPPED,
        replicates=len(REPLICATES),
    script:
        "../scripts/map_attention.py"


rule score_worth:
    input:
        scores=R / "scores/accuracy.csv",
        images=R / "scores/accuracy-images.safetensors",
    output:
        R / "metrics/worth.csv",
    log:
        R / "logs/score_worth.log",
    conda:
        "../envs/analysis.yaml"
    threads: 1
    resources:
        **needs("score_worth"),
    params:
        settings=settings("score_worth", "seed"),
    script:
        "../scripts/score_worth.py"


rule collect_scores:
    input:
        scores=lambda w: score_files(w.stage),
        images=lambda w: image_value_files(w.stage),
        sets=R / "sets.csv",
    output:
        scores=R / "scores/{stage}.csv",
        images=R / "scores/{stage}-images.safetensors",
    log:
        R / "logs/collect_scores/{stage}.log",
    localrule: True
    conda:
        "../envs/analysis.yaml"
    threads: 1
    resources:
        **needs("collect_scores"),
    params:
        settings=lambda w: settings("collect_scores") | {"images": image_value_sets(w.stage)},
    script:
        "../scripts/collect_scores.py"


rule collect_metrics:
    input:
        expand(R / "scores/{stage}.csv", stage=STAGES),
    output:
        report(
            R / "metrics.csv",
            caption="../report/metrics.rst",
            category="Tables",
            labels={"table": "All scores"},
        ),
    log:
        R / "logs/collect_metrics.log",
    localrule: True
    conda:
        "../envs/analysis.yaml"
    threads: 1
    resources:
        **needs("collect_metrics"),
    params:
        settings=settings("collect_metrics"),
    script:
        "../scripts/collect_metrics.py"
