# Where the library lies, which rules and scripts import, and the default experiment, which the config changes.

import sys
import tarfile
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from snakemake.common.configfile import load_configfile
from snakemake.exceptions import WorkflowError
from snakemake.sourcecache import HostingProviderFile, LocalGitFile, LocalSourceFile
from snakemake.utils import update_config


def project_folder():
    """The folder that holds `workflow` and `config`: here, or a copy of it where a git repository hosts it.

    Snakemake itself fetches rules and scripts of a hosted module one by one, but nothing that they import.
    """
    rules = workflow.current_basedir
    if isinstance(rules, LocalSourceFile):
        return Path(str(rules)).parents[1]
    if isinstance(rules, LocalGitFile):
        from git import Repo

        repository = Repo(rules.repo_path)
    elif isinstance(rules, HostingProviderFile):
        repository = rules.hosted_repo.repo
    else:
        raise WorkflowError(
            f"synthgap: from {rules} only single files can be read; give the module's snakefile as a path, as "
            "github(...) or gitlab(...), or as git+file:///FOLDER/workflow/Snakefile@TAG"
        )
    commit = repository.commit(rules.ref)
    folder = Path(workflow.sourcecache.cache_path, "synthgap", commit.hexsha)
    if not folder.exists():
        unpack_commit(repository, commit, folder)
    return folder.joinpath(rules.path).parents[1]


def unpack_commit(repository, commit, folder):
    """Write a commit's files into a folder that appears whole or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryFile() as file, TemporaryDirectory(dir=folder.parent) as unfinished:
        repository.archive(file, commit.hexsha)
        file.seek(0)
        with tarfile.open(fileobj=file) as archive:
            archive.extractall(Path(unfinished, "files"), filter="data")
        with suppress(OSError):  # another process was first
            Path(unfinished, "files").rename(folder)


def whole_config():
    """The default experiment, changed by config/config.yaml where Snakemake runs, and by what it was given.

    The first lies beside `workflow`. A module reads nothing of the folder that it is used in.
    """
    default, own = PROJECT / "config/config.yaml", Path("config/config.yaml").absolute()
    places = [default, own] if workflow.modifier.is_main_snakefile() else [default]
    files = [path for path in dict.fromkeys(places) if path.is_file()]
    if not files:
        raise WorkflowError(
            f"synthgap: {default} is missing, the experiment that yours changes; put it there"
        )
    whole = {}
    for path in files:
        update_config(whole, load_configfile(path))
    workflow.configfiles[:0] = map(str, files)  # for the report
    update_config(whole, config)
    return whole


PROJECT = project_folder()
RULES = PROJECT / "workflow/rules"
SCRIPTS = PROJECT / "workflow/scripts"
SCHEMA = PROJECT / "workflow/schemas/config.schema.yaml"
sys.path.insert(0, str(SCRIPTS))  # of jobs, too: scripts find what Snakemake's own process finds

import synthgap

imported = Path(synthgap.__file__).parents[1]
if not imported.samefile(SCRIPTS):
    raise WorkflowError(
        f"synthgap: one workflow can't have two versions of it, {imported} and {SCRIPTS}; take the same in "
        "each module"
    )
config = whole_config()
