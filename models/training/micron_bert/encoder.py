"""The Micron-BERT encoder: one face crop in, one contextual token and P patch tokens out."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from .block import NORM_EPS, Block
from .config import OVAL_112, ModelSize
from .positions import lowest_cosines, sincos_positions

# The released code normalises with the ImageNet figures; keeping them keeps its weights usable.
RGB_MEAN = (0.485, 0.456, 0.406)
RGB_STD = (0.229, 0.224, 0.225)
# Variance, in the units of those figures, below which a crop is too flat for its own exposure: about one grey level.
DARK = 3e-4


class PatchEmbed(nn.Module):
    """Non-overlapping patches through one linear map, written as a strided convolution."""

    def __init__(self, size: ModelSize) -> None:
        super().__init__()
        self.patches = size.patches
        self.proj = nn.Conv2d(3, size.dim, kernel_size=size.patch_px, stride=size.patch_px)

    @torch.no_grad()
    def initialise(self) -> None:
        """Random mixtures of the nine lowest cosines of a patch, nearly grey, of the length Xavier would give them.

        The released code draws white noise here. Such filters hear sensor noise as loudly as a brow that moves a
        pixel; motion of smooth skin lives in the low frequencies, so that is where an untrained model had better listen.
        """
        dim, _, patch_px, _ = self.proj.weight.shape
        waves = torch.from_numpy(lowest_cosines(patch_px)).float()
        mixtures = torch.einsum("dw,wyx->dyx", torch.randn(dim, len(waves)), waves)
        filters = mixtures[:, None] * (1 + 0.3 * torch.randn(dim, 3))[:, :, None, None]
        xavier_length = (2 * 3 * patch_px**2 / (3 * patch_px**2 + dim)) ** 0.5
        self.proj.weight.copy_(filters * (xavier_length / filters.square().sum((1, 2, 3)).mean().sqrt()))
        nn.init.zeros_(self.proj.bias)

    def forward(self, images: Tensor) -> Tensor:
        """Float [B, 3, H, W] -> [B, P, dim], patches row by row."""
        maps = self.proj(images)
        return maps.reshape(-1, self.proj.out_channels, self.patches).transpose(1, 2)


class Encoder(nn.Module):
    """The encoder of arXiv 2304.03195 (its mu-Encoder): patch embedding, fixed positions, pre-norm blocks, final norm.

    Token 0 is the CLS token, which the paper calls the contextual token. `state_dict` has the keys and shapes of the
    released code's backbone, so its checkpoints load once the prefix `backbone.` is cut off.
    """

    def __init__(self, size: ModelSize) -> None:
        super().__init__()
        self.size = size
        self.cls_token = nn.Parameter(torch.zeros(1, 1, size.dim))
        self.register_buffer("pos_embed", torch.from_numpy(sincos_positions(size.dim, size.grid))[None])
        self.patch_embed = PatchEmbed(size)
        self.blocks = nn.ModuleList(
            Block(size.dim, size.heads, size.tokens, size.mlp_ratio) for _ in range(size.depth)
        )
        self.norm = nn.LayerNorm(size.dim, eps=NORM_EPS)
        # (x / 255 - mean) / std as one multiplication and one addition. Not in the state_dict: the released one has none.
        mean, std = torch.tensor(RGB_MEAN), torch.tensor(RGB_STD)
        self.register_buffer("rgb_gain", (1 / (255 * std)).reshape(1, 3, 1, 1), persistent=False)
        self.register_buffer("rgb_offset", (-mean / std).reshape(1, 3, 1, 1), persistent=False)
        oval = torch.from_numpy(face_oval(size)) if size.oval else torch.ones(1, 1, size.image_px, size.image_px)
        self.register_buffer("oval", oval, persistent=False)
        self.register_buffer("weight", oval / oval.sum(), persistent=False)
        self.apply(_initialise)
        self.patch_embed.initialise()
        nn.init.normal_(self.cls_token, std=0.02)

    def forward(self, crops: Tensor) -> Tensor:
        """uint8 [B, image_px, image_px, 3] sRGB -> float32 [B, 1 + P, dim]. This is the exported graph."""
        return self.encode(self.normalise(crops))

    def normalise(self, crops: Tensor) -> Tensor:
        """uint8 or float 0..255 [B, H, W, 3] -> float [B, 3, H, W]: see ModelSize.own_exposure and oval."""
        images = crops.to(self.rgb_gain.dtype).permute(0, 3, 1, 2) * self.rgb_gain + self.rgb_offset
        if not self.size.own_exposure:
            return images * self.oval
        centred = (images - (images * self.weight).sum((2, 3), keepdim=True)) * self.oval
        return centred / torch.sqrt((centred * centred * self.weight).sum((2, 3), keepdim=True) + DARK)

    def encode(self, images: Tensor) -> Tensor:
        """Normalised float [B, 3, H, W] -> [B, 1 + P, dim]. Training starts here when it swaps patches itself."""
        patches = self.patch_embed(images)
        # The contextual token is the same for every crop. Adding it to nothing times the first patch repeats it over the
        # batch without asking for the batch size, which would cost the graph a Shape and an Expand.
        context = patches[:, :1] * 0 + (self.cls_token + self.pos_embed[:, :1])
        x = torch.cat((context, patches + self.pos_embed[:, 1:]), dim=1)
        for block in self.blocks:
            x = block(x)
        return self.norm(x)


def face_oval(size: ModelSize) -> np.ndarray:
    """float32 [1, 1, H, W]: 1 within `OVAL_112`, 0 without."""
    scale = size.image_px / 112
    x, y, across, down = (value * scale for value in OVAL_112)
    row, column = np.mgrid[0 : size.image_px, 0 : size.image_px] + 0.5
    inside = ((column - x) / across) ** 2 + ((row - y) / down) ** 2 <= 1
    return inside.astype(np.float32)[None, None]


def _initialise(module: nn.Module) -> None:
    """Xavier for every linear map, zero biases, as the released code does."""
    if isinstance(module, nn.Linear):
        nn.init.xavier_uniform_(module.weight)
        nn.init.zeros_(module.bias)
