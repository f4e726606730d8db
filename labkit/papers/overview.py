"""The five papers side by side: who, on which data, and the steps a face goes through.

The course's opening picture and the README's are drawn from this table, so that
neither can disagree with the notebooks' list.
"""

from dataclasses import dataclass

from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch


@dataclass(frozen=True)
class Paper:
    """One of the five systems the course rebuilds.

    Attributes:
        notebook: number of its notebook.
        name: short name used by the command line and the results.
        title: the paper's title.
        authors: its authors, and the year where the paper states it.
        data: the data set it reads.
        steps: what happens to a face, from the file to the answer.
        lesson: what a student takes from it.
    """

    notebook: str
    name: str
    title: str
    authors: str
    data: str
    steps: tuple[str, ...]
    lesson: str


PAPERS: tuple[Paper, ...] = (
    Paper(
        "01",
        "optimizers_and_batch_size",
        "Development of Video-Based Emotion Recognition System using Transfer Learning",
        "T. S. Gunawan and colleagues",
        "ISED",
        ("every 5th frame", "Haar face,\naligned", "class folders", "LeNet or\nAlexNet", "4 emotions"),
        "what an optimizer and a batch size do",
    ),
    Paper(
        "02",
        "frame_differences",
        "Human Emotion Recognition in Video Using Subtraction Pre-Processing",
        "Z. He, J. Tian, A. Basu, J. J. Soraghan, G. Di Caterina, L. Petropoulakis (2019)",
        "RAVDESS",
        (
            "every frame",
            "Haar face,\nstraightened",
            "|f(t+gap) − f(t)|",
            "AlexNet,\nGoogLeNet, ResNet",
            "6 emotions",
        ),
        "motion as the signal, and jitter as its enemy",
    ),
    Paper(
        "03",
        "cnn_lstm",
        "Facial Emotion Recognition In Images and Videos",
        "F. Wu, R. Pan",
        "FER2013, JAFFE, CK+",
        (
            "stills, or a face\nevery 0.3 s",
            "normalised\nfaces",
            "CNN features\n(pre-trained)",
            "LSTM",
            "7 emotions",
        ),
        "transfer, and what recurrence adds",
    ),
    Paper(
        "04",
        "valence_arousal",
        "Emotion Recognition on large video dataset based on Convolutional Feature Extractor and "
        "Recurrent Neural Network",
        "D. Rangulov, M. Fahim",
        "Aff-Wild2",
        (
            "cropped faces",
            "balanced\ndown-sampling",
            "CNN, quadrant\npooling",
            "GRU over\n100 frames",
            "valence,\narousal",
        ),
        "emotion as two numbers, and CCC as a loss",
    ),
    Paper(
        "05",
        "resnet_folds",
        "Machine learning and emotion recognition in video clips",
        "Y. Chang",
        "DFEW",
        (
            "film clips",
            "aligned faces",
            "16 frames by\ninterpolation",
            "ResNet-50,\nfive folds",
            "7 emotions",
        ),
        "in the wild, and scoring only what was held out",
    ),
)


def five_papers_figure() -> Figure:
    """The five systems as five rows of boxes: data, pre-processing, network, answer."""
    figure = Figure(figsize=(12.5, 7.2), layout="constrained")
    axes = figure.add_subplot()
    axes.set(xlim=(0, 12.6), ylim=(-0.1, len(PAPERS) * 1.3 + 0.1))
    axes.axis("off")
    for row, paper in enumerate(PAPERS):
        _draw_system(axes, paper, top=len(PAPERS) * 1.3 - row * 1.3)
    return figure


_BOX_COLOURS = ("#dfe7f0", "#dfe7f0", "#d8ead9", "#f6e6c8", "#f3d9d4")


def _draw_system(axes, paper: Paper, top: float) -> None:
    axes.text(0.05, top - 0.16, f"{paper.notebook}  {paper.title}", fontsize=11, weight="bold", va="center")
    axes.text(12.5, top - 0.16, paper.data, fontsize=10.5, va="center", ha="right", color="#444444")
    for column, (step, colour) in enumerate(zip(paper.steps, _BOX_COLOURS, strict=True)):
        left = 0.05 + column * 2.6
        axes.add_patch(
            FancyBboxPatch(
                (left, top - 1.08), 2.05, 0.66, "round,pad=0,rounding_size=0.08", fc=colour, ec="#666666"
            )
        )
        axes.text(left + 1.02, top - 0.75, step, ha="center", va="center", fontsize=10.5)
        if column:
            axes.annotate(
                "",
                (left - 0.02, top - 0.75),
                (left - 0.53, top - 0.75),
                arrowprops={"arrowstyle": "-|>", "color": "#444444"},
            )
