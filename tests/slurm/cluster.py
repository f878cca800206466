"""A throw-away SLURM cluster on this machine: real daemons on loopback, no systemd, cgroups or accounting.

Each node has one pretended GPU. Debian's packages slurm-wlm and munge are all it needs.
"""

import contextlib
import getpass
import os
import shutil
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

TOOLS = [
    "munged", "munge", "slurmctld", "slurmd", "slurmstepd",
    "sbatch", "srun", "squeue", "scancel", "scontrol", "sinfo",
]  # fmt: skip
SEARCHED = f"{os.environ.get('PATH', '')}:/usr/bin:/usr/sbin:/sbin"  # daemons live in sbin
SLURM_CONF = """\
ClusterName=lab
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge/s,cred_expire=10
CredType=cred/munge
SlurmctldPort={port}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool/%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/log/slurmctld.log
SlurmdLogFile={folder}/log/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SwitchType=switch/none
ReturnToService=2
MailProg=/bin/true
# Without accounting, squeue alone knows finished jobs: it must not forget them.
MinJobAge=3600
KillWait=5
InactiveLimit=0
SlurmctldTimeout=30
SlurmdTimeout=10
BatchStartTimeout=10
MessageTimeout=10
JobRequeue=1
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,bf_interval=2,sched_interval=2,requeue_delay=1
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
PriorityType=priority/basic
GresTypes=gpu
SlurmdParameters=config_overrides
{nodes}
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO
"""
NODE = (
    "NodeName={name} NodeHostname={name} NodeAddr=127.0.0.1 Port={port} CPUs=4 Boards=1 SocketsPerBoard=1 "
    "CoresPerSocket=4 ThreadsPerCore=1 RealMemory=64000 Gres=gpu:1 State=UNKNOWN"
)


def missing_tools() -> list[str]:
    return [tool for tool in TOOLS if shutil.which(tool, path=SEARCHED) is None]


class Cluster:
    """Two nodes. folder: short, as the names of sockets may have 108 bytes."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.nodes = folder, ["node1", "node2"]
        self.daemons: dict[str, subprocess.Popen] = {}
        outer = {
            name: value for name, value in os.environ.items() if not name.startswith(("SLURM", "SBATCH"))
        }
        # Our srun comes first: the executor's job step drops SLURM_CONF before it calls srun.
        self.environment = outer | {"PATH": f"{folder}/bin:{SEARCHED}", "SLURM_CONF": f"{folder}/slurm.conf"}

    def __enter__(self) -> "Cluster":
        self._write_files()
        try:
            munge = self.folder / "munge"
            self._start(
                "munged", "munged", "--foreground", f"--socket={munge}/s", f"--key-file={munge}/key",
                f"--pid-file={munge}/pid", f"--log-file={munge}/log", f"--seed-file={munge}/seed",
            )  # fmt: skip
            self._wait(lambda: self._succeeds("munge", "-n", "-S", f"{munge}/s"), "munged")
            self.start_controller()
            for node in self.nodes:
                self.start_node(node)
            self._wait(lambda: self.node_states() == dict.fromkeys(self.nodes, "idle"), "idle nodes")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if "slurmctld" in self.daemons:
            subprocess.run(["scancel", "-f", "-u", getpass.getuser()], env=self.environment, check=False)
            time.sleep(1)
        for daemon in self.daemons.values():
            daemon.terminate()
        for number in (signal.SIGTERM, signal.SIGKILL):
            for pid in self._own_processes():
                _kill(pid, number)
            end = time.monotonic() + 3
            while time.monotonic() < end and self._own_processes():
                time.sleep(0.1)
        for daemon in self.daemons.values():
            daemon.wait()

    def start_controller(self) -> None:
        self._start("slurmctld", "slurmctld", "-D", "-i", "-f", f"{self.folder}/slurm.conf")

    def restart_controller(self, away: float) -> None:
        """Stop what takes submissions and questions, and start it again after so many seconds."""
        controller = self.daemons.pop("slurmctld")
        controller.terminate()
        controller.wait()
        time.sleep(away)
        self.start_controller()
        self._wait(lambda: self._succeeds("squeue"), "slurmctld")

    def end_time(self, job: str) -> None:
        """Let a job's time be over: it gets SIGTERM, and SIGKILL after KillWait seconds."""
        self.output("scontrol", "update", f"JobId={job}", "EndTime=now")

    def start_node(self, name: str) -> None:
        (self.folder / "spool" / name).mkdir(exist_ok=True)
        self._start(name, "slurmd", "-D", "-N", name, "-f", f"{self.folder}/slurm.conf")

    def crash_node(self, name: str) -> None:
        """Kill a node's daemon and all that runs there, at once."""
        self.daemons[name].kill()
        self.daemons.pop(name).wait()
        for pid in self._own_processes():
            if f"SLURMD_NODENAME={name}".encode() in _environment(pid):
                for ancestor in _with_stepd(pid):
                    _kill(ancestor, signal.SIGKILL)

    def output(self, *command: str) -> str:
        return subprocess.run(
            command, env=self.environment, text=True, capture_output=True, check=True, timeout=60
        ).stdout

    def node_states(self) -> dict[str, str]:
        lines = self.output("sinfo", "-h", "-N", "-o", "%N %T").splitlines()
        return dict(line.split() for line in lines)

    def jobs(self) -> list[dict[str, str]]:
        """Every job so far: what squeue tells, and the rule from the executor's comment."""
        fields = {"id": "JobID", "state": "State", "node": "NodeList", "start": "StartTime", "end": "EndTime"}
        fields |= {"minutes": "TimeLimit", "gres": "tres-per-node", "rule": "Comment"}
        form = ",".join(f"{name}:80" for name in fields.values())
        lines = self.output("squeue", "-h", "-t", "all", "-O", form).splitlines()
        return [{key: line[80 * i : 80 * (i + 1)].strip() for i, key in enumerate(fields)} for line in lines]

    def _write_files(self) -> None:
        for name in ("bin", "state", "spool", "log", "munge", "dev"):
            (self.folder / name).mkdir(parents=True)
        for folder in (self.folder, self.folder / "munge"):
            folder.chmod(0o755)  # munge asks for it
        key = self.folder / "munge/key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o600)
        ports = _free_ports(1 + len(self.nodes))
        nodes = [NODE.format(name=name, port=port) for name, port in zip(self.nodes, ports[1:], strict=True)]
        conf = SLURM_CONF.format(
            folder=self.folder, host=socket.gethostname(), user=getpass.getuser(), port=ports[0],
            nodes="\n".join(nodes),
        )  # fmt: skip
        (self.folder / "slurm.conf").write_text(conf)
        gpus = []
        for name in self.nodes:
            device = self.folder / f"dev/{name}-gpu0"
            try:
                os.mknod(device, 0o666 | stat.S_IFCHR, os.makedev(1, 3))  # like /dev/null
            except OSError:
                device.touch()
            gpus.append(f"NodeName={name} Name=gpu File={device}\n")
        (self.folder / "gres.conf").write_text("".join(gpus))
        (self.folder / "cgroup.conf").write_text(
            f"CgroupPlugin=cgroup/v1\nCgroupAutomount=no\nCgroupMountpoint={self.folder}/no-cgroup\n"
        )
        srun = shutil.which("srun", path=SEARCHED)
        wrapper = self.folder / "bin/srun"
        wrapper.write_text(f'#!/bin/sh\nSLURM_CONF={self.folder}/slurm.conf exec {srun} "$@"\n')
        wrapper.chmod(0o755)

    def _start(self, name: str, *command: str) -> None:
        with (self.folder / f"log/{name}.out").open("ab") as output:
            self.daemons[name] = subprocess.Popen(
                command, env=self.environment, stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, start_new_session=True, cwd=self.folder,
            )  # fmt: skip

    def _succeeds(self, *command: str) -> bool:
        return subprocess.run(command, env=self.environment, capture_output=True, check=False).returncode == 0

    def _wait(self, condition: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                if condition():
                    return
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
                pass
            if any(daemon.poll() is not None for daemon in self.daemons.values()):
                break
            time.sleep(0.1)
        logs = [path.read_text(errors="replace")[-2000:] for path in (self.folder / "log").iterdir()]
        raise RuntimeError(f"no {what}:\n" + "\n".join(logs))

    def _own_processes(self) -> list[int]:
        """Daemons, job steps and jobs: what carries this cluster's SLURM_CONF."""
        mark = f"SLURM_CONF={self.folder}/slurm.conf".encode()
        pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
        return [pid for pid in pids if pid != os.getpid() and mark in _environment(pid)]


def _environment(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []


def _with_stepd(pid: int) -> list[int]:
    """A job's process, and the step daemons above it."""
    found = [pid]
    try:
        while pid > 1:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
            if Path(f"/proc/{pid}/comm").read_text().startswith("slurmstepd"):
                found.append(pid)
    except OSError:
        pass
    return found


def _kill(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()
