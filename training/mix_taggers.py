"""Program: the mean of two token classifiers' weights, one trained on from the other.

`python -m training.mix_taggers --old models/weights/tagger-6.safetensors --share 0.5 \\
    --data data/print --labelled data/labelled --run runs/tagger`
As `training.mix_recognizers`. The run's candidate becomes the mean.
"""

from __future__ import annotations

from pathlib import Path

from safetensors.torch import load_file

from models.tagger import VOCABULARY, labels
from training.loop import read_toml
from training.mix_recognizers import mean, options_of
from training.mixture import of_known_forms
from training.nets import TaggerNet
from training.settings import Settings
from training.synth import pages
from training.train_tagger import keep, validation


def main() -> None:
    """Entry point."""
    parser = options_of(__doc__.splitlines()[0], "tagger")
    parser.add_argument("--labelled", type=Path, nargs="*", default=[])
    options = parser.parse_args()
    settings = Settings(read_toml(options.config), options.config, tuple(options.data),
                        options.run, "", tuple(options.labelled))  # fmt: skip
    names = labels()
    model = TaggerNet(len(names), VOCABULARY, **settings.raw["net"])
    new = options.new or options.run / "model.safetensors"
    mixed = mean(load_file(options.old), load_file(new), options.share)
    model.load_state_dict(mixed)
    model.eval()
    files = [path for folder in settings.data for path in pages.label_files(folder)]
    numbers = {name: index for index, name in enumerate(names)}
    validate = validation(settings, files, of_known_forms(settings.pages()), numbers)
    options.run.mkdir(parents=True, exist_ok=True)
    keep(settings, model, names, validate(model),
         f"{options.share:g} of {new.parent.name}, the rest {options.old.stem}")  # fmt: skip


if __name__ == "__main__":
    main()
