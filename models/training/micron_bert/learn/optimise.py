"""One loop for every training step: resumable, deterministic by seed, one thread or many."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ..checkpoint import read_tensors
from ..errors import TrainingError
from ..progress import Progress


@dataclass(frozen=True)
class Plan:
    """steps of AdamW; lr: the highest learning rate, reached after `warm` steps, then half a cosine down to a tenth of
    a per cent; seed: of everything random; save_s: seconds between saves."""

    steps: int
    batch: int = 24
    lr: float = 1e-3
    warm: int = 200
    decay: float = 0.05
    seed: int = 1
    save_s: float = 60.0


def rate(plan: Plan, step: int) -> float:
    """Learning rate of a step."""
    rise = min(1.0, (step + 1) / plan.warm)
    fall = 0.001 + 0.999 * (1 + math.cos(math.pi * min(1.0, step / plan.steps))) / 2
    return plan.lr * rise * fall


def optimise(
    name: str, modules: nn.Module, plan: Plan, resume: Path,
    loss_of: Callable[[np.random.Generator, int], Tensor],
) -> float:  # fmt: skip
    """Minimise `loss_of(rng, step)` over all parameters of `modules`; returns the mean loss of the last hundred steps.

    What `resume` holds is taken up, if it belongs to the same plan. Each step has its own generator, made from seed
    and step, so a resumed run sees what an uninterrupted one would have seen.
    """
    chosen = [p for p in modules.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in chosen if p.dim() > 1], "weight_decay": plan.decay},
        {"params": [p for p in chosen if p.dim() <= 1], "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(groups, lr=plan.lr, betas=(0.9, 0.98))
    identity = repr(plan)
    first = _load(resume, identity, modules, optimiser)
    recent: list[float] = []
    saved = time.monotonic()
    modules.train()
    with Progress(name, plan.steps, begin=first) as progress:
        for step in range(first, plan.steps):
            torch.manual_seed(plan.seed * 1_000_003 + step)
            for group in optimiser.param_groups:
                group["lr"] = rate(plan, step)
            optimiser.zero_grad(set_to_none=True)
            loss = loss_of(np.random.default_rng((plan.seed, step)), step)
            if not torch.isfinite(loss):
                raise TrainingError(f"{resume}: loss is {loss.item()} at step {step}; lower --lr and start anew")
            loss.backward()
            nn.utils.clip_grad_norm_(chosen, 1.0)
            optimiser.step()
            recent = [*recent[-99:], loss.item()]
            progress.step(1, f"loss {sum(recent) / len(recent):.3f}")
            if time.monotonic() - saved > plan.save_s:
                _save(resume, identity, modules, optimiser, step + 1)
                saved = time.monotonic()
    _save(resume, identity, modules, optimiser, plan.steps)
    return sum(recent) / max(1, len(recent))


def _save(path: Path, identity: str, modules: nn.Module, optimiser: torch.optim.Optimizer, step: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    # Only the running means: the rates follow from the plan, and PyTorch 1.13 does not load fractions safely.
    state = optimiser.state_dict()["state"]
    torch.save({"plan": identity, "step": step, "modules": modules.state_dict(), "optimiser": state}, partial)
    partial.replace(path)


def _load(path: Path, identity: str, modules: nn.Module, optimiser: torch.optim.Optimizer) -> int:
    if not path.exists():
        return 0
    content = read_tensors(path)
    if not isinstance(content, dict) or content.get("plan") != identity:
        raise TrainingError(f"{path}: plan: from a run with other arguments; repeat those, or remove the file")
    modules.load_state_dict(content["modules"])
    groups = optimiser.state_dict()["param_groups"]
    optimiser.load_state_dict({"state": content["optimiser"], "param_groups": groups})
    return int(content["step"])


def precision(wanted: str) -> torch.autocast:
    """A context for the encoder's forward pass. "auto" is bfloat16 where the processor multiplies it in hardware."""
    if wanted not in ("auto", "fp32", "bf16"):
        raise TrainingError(f"--precision: {wanted!r} is none of auto, fp32, bf16")
    flags = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    able = any(flag in flags for flag in ("avx512_bf16", "amx_bf16")) and torch.__version__ >= "2"
    return torch.autocast("cpu", torch.bfloat16, enabled=wanted == "bf16" or (wanted == "auto" and able))
