"""Sizes of the model and the fixed facts of its input and output."""

from __future__ import annotations

from dataclasses import dataclass

LABELS: tuple[str, ...] = ("none", "negative", "positive", "surprise")
"""What the comparator tells apart, in the order of its logits."""


OVAL_112 = (56.0, 64.0, 38.0, 48.0)
"""Middle x and y and half axes of the face in a crop, px of 112: brows to chin, cheek to cheek, with the head turned."""


@dataclass(frozen=True)
class ModelSize:
    """Geometry of one encoder and of the comparator that reads its tokens."""

    image_px: int
    patch_px: int
    dim: int
    depth: int
    heads: int
    mlp_ratio: int = 4
    own_exposure: bool = False
    """Each crop is brought to zero mean and unit deviation per colour, instead of by ImageNet's figures: what exposure
    and colour of the light do to all of it is taken off before the first layer."""
    oval: bool = False
    """Only the face is looked at: everything outside `OVAL_112` is the same for every crop. What stands or moves behind
    a face is nobody's expression, and the agent has destroyed it anyway."""

    def __post_init__(self) -> None:
        if self.image_px % self.patch_px:
            raise ValueError(f"image_px {self.image_px} is no multiple of patch_px {self.patch_px}")
        if self.dim % self.heads or self.dim % 4:
            raise ValueError(f"dim {self.dim} must divide by heads {self.heads} and by 4 (sin and cos, x and y)")

    @property
    def grid(self) -> int:
        """G: patches along one side."""
        return self.image_px // self.patch_px

    @property
    def patches(self) -> int:
        """P = G * G."""
        return self.grid * self.grid

    @property
    def tokens(self) -> int:
        """1 + P: the contextual token comes first."""
        return 1 + self.patches


EDGE = ModelSize(image_px=112, patch_px=8, dim=128, depth=4, heads=4, own_exposure=True, oval=True)
"""What a small box can run for every face of every frame."""

PAPER = ModelSize(image_px=224, patch_px=8, dim=512, depth=4, heads=4)
"""The size of arXiv 2304.03195, with the parameter names and shapes of its released code."""

SIZES: dict[str, ModelSize] = {"edge": EDGE, "paper": PAPER}
