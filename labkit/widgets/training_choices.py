"""The training lab's controls: one for each of :class:`~labkit.training.experiment.Settings`' fields."""

from collections.abc import Sequence

import ipywidgets as widgets

from labkit.training.experiment import Settings
from labkit.training.recipe import OPTIMIZERS

# Control → its words and its least width in pixels: four fit into a row of 900, and fewer wrap.
_CONTROLS = {
    "network": ("network", 262),
    "optimizer": ("optimizer", 184),
    "learning_rate": ("learning rate", 184),
    "batch_size": ("batch size", 175),
    "epochs": ("epochs", 262),
    "policy": ("split", 184),
    "seed": ("seed", 184),
    "augmentation": ("augmentation", 175),
}


class TrainingChoices(widgets.Box):
    """Each control is an attribute and a class name: those of ``_CONTROLS``.

    Numbers are typed freely, so that a student can ask for the impossible and read why it is.

    Args:
        networks: names of :data:`labkit.models.MODELS`, or (name, width) for a narrower one.
        policies: the splits there are.
        settings: where the controls start; its network is offered too.
    """

    def __init__(
        self, networks: Sequence[str | tuple[str, float]], policies: Sequence[str], settings: Settings
    ) -> None:
        kinds = [Settings(*([kind] if isinstance(kind, str) else kind)) for kind in networks]
        names = {kind.network_name: (kind.network, kind.width) for kind in [*kinds, settings]}
        self.network = widgets.Dropdown(options=list(names.items()))
        self.optimizer = widgets.Dropdown(options=OPTIMIZERS)
        self.learning_rate = widgets.FloatText(step=None)
        self.batch_size = widgets.IntText()
        self.epochs = widgets.IntText()
        self.policy = widgets.Dropdown(options=policies)
        self.seed = widgets.IntText()
        self.augmentation = widgets.Checkbox(indent=False)
        for name, (words, width) in _CONTROLS.items():
            control = getattr(self, name)
            control.description = words
            control.style.description_width = "86px"
            control.layout = widgets.Layout(width="auto", min_width="0", flex=f"1 1 {width}px")
            control.add_class(name)
        self.settings = settings
        super().__init__(
            [getattr(self, name) for name in _CONTROLS],
            layout=widgets.Layout(flex_flow="row wrap", align_items="center"),
        )

    @property
    def settings(self) -> Settings:
        """What the controls say; assign to move them.

        Raises:
            TrainingError: if they say something impossible.
        """
        network, width = self.network.value
        others = {name: getattr(self, name).value for name in _CONTROLS if name != "network"}
        return Settings(network=network, width=width, **others)

    @settings.setter
    def settings(self, settings: Settings) -> None:
        self.network.value = (settings.network, settings.width)
        for name in _CONTROLS:
            if name != "network":
                getattr(self, name).value = getattr(settings, name)
