"""The networks that are trained here and served as ONNX: layout masks and line recognition."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional


def conv(
    inputs: int, outputs: int, kernel: int | tuple[int, int] = 3, stride: int | tuple[int, int] = 1
) -> nn.Sequential:
    """Convolution without bias, batch norm, ReLU; keeps height and width at stride 1."""
    sizes = (kernel, kernel) if isinstance(kernel, int) else kernel
    padding = (sizes[0] // 2, sizes[1] // 2)
    layers = nn.Conv2d(inputs, outputs, sizes, stride, padding, bias=False)
    return nn.Sequential(layers, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class StripBlock(nn.Module):
    """Residual block that looks far along rows and columns (strip pooling, arXiv:2003.13328).

    Depth-wise 1 x k and k x 1 convolutions beside a 3 x 3 one, mixed by a 1 x 1 convolution. Rules
    and columns are long and thin: a long strip sees where a broken rule goes on.
    """

    def __init__(self, width: int, reach: int) -> None:
        super().__init__()
        half = reach // 2
        self.row = nn.Conv2d(width, width, (1, reach), padding=(0, half), groups=width, bias=False)
        self.column = nn.Conv2d(
            width, width, (reach, 1), padding=(half, 0), groups=width, bias=False
        )
        self.near = nn.Conv2d(width, width, 3, padding=1, groups=width, bias=False)
        self.norm = nn.BatchNorm2d(width)
        self.mix = nn.Sequential(conv(width, 2 * width, 1), nn.Conv2d(2 * width, width, 1))

    def forward(self, features: Tensor) -> Tensor:
        """(batch, width, h, w) to the same shape."""
        strips: Tensor = self.row(features) + self.column(features) + self.near(features)
        out: Tensor = features + self.mix(self.norm(strips))
        return out


class LayoutNet(nn.Module):
    """A small U-Net: ink at 110 dpi in, one logit map per channel out, at the same resolution.

    Works from half resolution downwards (pixel unshuffle in, pixel shuffle out) to stay cheap.
    """

    def __init__(
        self, channels: int, widths: tuple[int, ...] = (16, 32, 64, 96), reach: int = 15
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.PixelUnshuffle(2), conv(4, widths[0]), conv(widths[0], widths[0])
        )
        self.down = nn.ModuleList(
            nn.Sequential(
                conv(small, big, stride=2), StripBlock(big, reach), StripBlock(big, reach)
            )
            for small, big in pairwise(widths)
        )
        self.up = nn.ModuleList(
            nn.Sequential(nn.Conv2d(big, small, 1), nn.Upsample(scale_factor=2))
            for small, big in pairwise(widths)
        )
        self.join = nn.ModuleList(StripBlock(width, reach) for width in widths[1:-1])
        self.head = nn.Sequential(
            conv(widths[0], widths[0]), conv(widths[0], 2 * widths[0]),
            nn.Conv2d(2 * widths[0], 4 * channels, 1), nn.PixelShuffle(2),
        )  # fmt: skip

    def forward(self, ink: Tensor) -> Tensor:
        """Ink (batch, 1, h, w), h and w multiples of 16, to logits (batch, channels, h, w)."""
        skips = [self.stem(ink)]
        for stage in self.down:
            skips.append(stage(skips[-1]))
        features = skips.pop()
        for level in range(len(self.up) - 1, -1, -1):
            features = self.up[level](features) + skips[level]
            if level:
                features = self.join[level - 1](features)
        logits: Tensor = self.head(features)
        return logits


class SqueezeExcitation(nn.Module):
    """Channels weighed by what the whole line holds (Hu et al. 2018, arXiv:1709.01507)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(width, width // 4, 1)
        self.excite = nn.Conv2d(width // 4, width, 1)

    def forward(self, features: Tensor) -> Tensor:
        """(batch, width, h, w) to the same shape."""
        means = functional.relu(self.squeeze(features.mean((2, 3), keepdim=True)))
        return features * functional.hardsigmoid(self.excite(means))


class SeparableBlock(nn.Module):
    """Depth-wise 3 x 3 convolution, then two 1 x 1 ones; residual where the shape stays."""

    def __init__(self, inputs: int, outputs: int, rows: int, weighed: bool) -> None:
        super().__init__()
        self.near = nn.Conv2d(inputs, inputs, 3, (rows, 1), padding=1, groups=inputs)
        self.weigh = SqueezeExcitation(inputs) if weighed else nn.Identity()
        self.widen = nn.Conv2d(inputs, 2 * inputs, 1)
        self.narrow = nn.Conv2d(2 * inputs, outputs, 1)
        self.residual = inputs == outputs and rows == 1

    def forward(self, features: Tensor) -> Tensor:
        """(batch, inputs, h, w) to (batch, outputs, h / rows, w)."""
        near = self.weigh(self.near(features))
        mixed: Tensor = self.narrow(functional.hardswish(self.widen(near)))
        return near + mixed if self.residual else mixed


class ReadingBlock(nn.Module):
    """Residual depth-wise separable convolution along the line; does nothing before training."""

    def __init__(self, width: int, reach: int, apart: int = 1) -> None:
        super().__init__()
        self.near = nn.Conv1d(
            width, width, reach, padding=reach // 2 * apart, dilation=apart, groups=width
        )
        self.widen = nn.Conv1d(width, 2 * width, 1)
        self.narrow = nn.Conv1d(2 * width, width, 1)
        for parameter in self.narrow.parameters():
            nn.init.zeros_(parameter)

    def forward(self, features: Tensor) -> Tensor:
        """(batch, width, time) to the same shape."""
        mixed = functional.hardswish(self.widen(self.near(features)))
        out: Tensor = features + self.narrow(mixed)
        return out


class LineNet(nn.Module):
    """Line recogniser trained with CTC (Graves et al. 2006), shaped after PP-OCRv6 tiny.

    The body is PP-LCNetV4's as PP-OCRv6 tiny has it, so that its weights can be the start
    (`training.ppocr_start`). What differs is for small type and for little time: a column for every
    four pixels instead of eight (the pooling slides, the convolution after it is dilated, so the
    same weights give twice the columns) and a step between any two columns, because CTC needs three
    steps for a doubled narrow letter; hardswish for GELU; and blocks that look along the line.
    """

    STRIDE = 4
    """Pixels of a column."""
    SUBSTEPS = 2
    """Steps for every column: the column's own and one between it and the next."""
    PLAN = (
        # inputs, outputs, rows merged, squeeze and excitation
        (48, 48, 1, True), (48, 48, 1, False), (48, 96, 2, False),
        (96, 96, 1, True), (96, 96, 1, False), (96, 160, 2, False),
        (160, 160, 1, True), (160, 160, 1, False), (160, 160, 1, False),
    )  # fmt: skip
    GELU = 2.1
    """gelu(x) is nearly hardswish(GELU x) / GELU, which costs a fraction of it."""
    WIDTH = 160
    APART = (1, 1, 1, 2, 4)
    """Columns between those that each block along the line looks at: the later ones see words."""

    def __init__(self, classes: int, blocks: int) -> None:
        super().__init__()
        self.classes = classes
        self.stem = nn.Sequential(
            nn.Conv2d(1, 24, 3, 2, padding=1),
            nn.Hardswish(),
            nn.Conv2d(24, 48, 3, 2, padding=1),
        )
        self.body = nn.Sequential(*(SeparableBlock(*shape) for shape in self.PLAN))
        self.near = nn.Conv1d(self.WIDTH, self.WIDTH, 5, padding=4, dilation=2, groups=self.WIDTH)
        self.mix = nn.Conv1d(self.WIDTH, self.WIDTH, 1)
        self.along = nn.Sequential(
            *(ReadingBlock(self.WIDTH, 9, apart) for apart in self.APART[:blocks])
        )
        self.between = nn.Conv1d(self.WIDTH, self.WIDTH, 3, padding=1, groups=self.WIDTH)
        # Before training the step between two columns is their mean, so that they agree.
        with torch.no_grad():
            self.between.weight.copy_(torch.tensor([0.0, 0.5, 0.5]).expand_as(self.between.weight))
            self.between.bias.zero_()  # type: ignore[union-attr]
        self.head = nn.Conv1d(self.WIDTH, classes, 1)

    def forward(self, ink: Tensor) -> Tensor:
        """Ink (batch, 1, height, w), w divisible by 4, to log-probabilities (batch, w/2, class)."""
        columns = self.body(self.stem(ink)).mean(2)
        following = torch.cat((columns[:, :, 1:], columns[:, :, -1:]), dim=2)
        near = functional.hardswish(self.near((columns + following) / 2))
        read = self.along(functional.hardswish(self.mix(near)))
        steps = torch.stack((read, self.between(read)), dim=-1).flatten(2)
        return torch.log_softmax(self.head(steps).transpose(1, 2), dim=-1)

    def start_from(self, state: dict[str, Tensor]) -> None:
        """Take over weights, also those of the nets before recognizer@4.

        Those had GELU, no step between columns, and did not know the last classes. Blocks that the
        start lacks do nothing at first.
        """
        older = len(state["head.bias"]) < self.classes
        if older:
            for name in ("head.weight", "head.bias"):
                state[name] = self._all_classes(state[name])
        own = self.state_dict()
        further = {
            name: own[name] for name in own.keys() - state.keys() if name.startswith("along.")
        }
        self.load_state_dict(further | state, strict=not older)
        if older:
            self.replace_gelu()

    def _all_classes(self, rows: Tensor) -> Tensor:
        """The head's rows for every class; unknown ones are improbable at first."""
        new = rows.new_full((self.classes - len(rows), *rows.shape[1:]), 0.0)
        return torch.cat([rows, new - 4.0 if rows.ndim == 1 else new])

    @torch.no_grad()
    def replace_gelu(self) -> None:
        """Scale the layers around every activation so that hardswish does what GELU did."""
        for name, parameter in self.named_parameters():
            if name.startswith("stem.0.") or ".widen." in name:
                parameter.mul_(self.GELU)
            elif name == "stem.2.weight" or name.endswith(".narrow.weight"):
                parameter.div_(self.GELU)


HEAD_REACH = (
    # (x left, x right, y above, y below, order before, order after): penalty per distance bucket
    (1.5, 1.5, 0.0, 0.0, 0.0, 0.0),  # same column
    (0.0, 0.0, 2.0, 2.0, 0.0, 0.0),  # same line
    (1.5, 1.5, 0.1, 4.0, 0.0, 0.0),  # column heads above
    (0.5, 0.5, 0.5, 0.5, 0.0, 0.0),  # neighbourhood
    (0.0, 0.0, 0.0, 0.0, 1.0, 1.0),  # neighbours in reading order
    (0.0, 0.0, 0.0, 0.0, 0.0, 0.0),  # everywhere
)
"""How each attention head's bias grows with distance, repeated over the heads.

transformers' LayoutLMv3 looks its relative biases up without gradients, so they cannot be learned
from scratch; they are set once to linear penalties, as ALiBi does in one dimension (Press et al.
2022, arXiv:2108.12409), each head with a direction of its own.
"""


class TaggerNet(nn.Module):
    """LayoutLMv3 without its image part (arXiv:2204.08387), fed with bags of hashed features.

    A token's embedding is the sum of its bag's embeddings, so misspelt words stay near each other.
    """

    def __init__(self, labels: int, vocabulary: int, hidden: int, layers: int, heads: int) -> None:
        super().__init__()
        from transformers import LayoutLMv3Config, LayoutLMv3Model

        config = LayoutLMv3Config(
            vocab_size=vocabulary, hidden_size=hidden, num_hidden_layers=layers,
            num_attention_heads=heads, intermediate_size=3 * hidden, visual_embed=False,
            coordinate_size=hidden // 6, shape_size=hidden // 6, max_position_embeddings=1100,
            max_2d_position_embeddings=1024, pad_token_id=0, bos_token_id=1, eos_token_id=2,
            hidden_dropout_prob=0.1, attention_probs_dropout_prob=0.0,
        )  # fmt: skip
        self.body = LayoutLMv3Model(config)
        self.head = nn.Linear(hidden, labels)
        encoder = self.body.encoder
        with torch.no_grad():
            for bias, sides in (
                (encoder.rel_pos_x_bias, (0, 1)),
                (encoder.rel_pos_y_bias, (2, 3)),
                (encoder.rel_pos_bias, (4, 5)),
            ):
                bias.weight.copy_(distance_penalty(bias.weight.shape[1], heads, sides))

    def forward(self, bags: Tensor, boxes: Tensor) -> Tensor:
        """Bags (batch, length, bag), boxes (batch, length, 4) to logits (batch, length, labels).

        Tokens whose bag is empty are padding and are not attended to.
        """
        embedded = self.body.embeddings.word_embeddings(bags).sum(dim=2) / 4.0
        first = bags.amax(dim=2)
        out = self.body(
            input_ids=first, inputs_embeds=embedded, bbox=boxes, attention_mask=(first > 0).long()
        )
        logits: Tensor = self.head(out.last_hidden_state)
        return logits


def distance_penalty(buckets: int, heads: int, sides: tuple[int, int]) -> Tensor:
    """Bias (heads, buckets): the first half of the buckets lie before the token, the rest after."""
    half = buckets // 2
    distance = torch.arange(half, dtype=torch.float)
    rows = [HEAD_REACH[head % len(HEAD_REACH)] for head in range(heads)]
    return torch.stack(
        [-torch.cat([row[sides[0]] * distance, row[sides[1]] * distance]) for row in rows]
    )
