"""People who do not exist, showing emotions: the embedded default data of the course.

How it is built, from the ground up:

- ``drawing``: a canvas in millimetres, curves, noise
- ``action_units``, ``expression``: what each emotion moves in a face
- ``traits``, ``identity``: who somebody is; ``performance``: what they do over time; ``clip``: both
- ``scene``, ``backgrounds``, ``body``: light, camera, surroundings
- ``head``, ``skin``, ``hair``, ``glasses``, ``deformation``: a face's layers; ``rig`` keeps them
- ``mouth``, ``eyes``, ``shading``, ``pose``, ``rendering``: from the layers to a frame
- ``studio``: clips as a laboratory takes them; ``affect``: clips in which a feeling moves over time;
  ``wild``, ``film``: shots as films have them, with cuts and with faces that go away
- ``truth``, ``landmarks``: what is true of each frame
- ``worlds``: whole data sets in the official layout of the real ones
- ``looking``, ``controls``, ``validation``: a world measured against its truth
- ``contact_sheet``: people x emotions in one picture
"""

from labkit.synthetic.clip import Clip
from labkit.synthetic.identity import Person
from labkit.synthetic.rendering import ClipRenderer, render_clip, render_still
from labkit.synthetic.worlds import (
    AffWild2World,
    CkPlusWorld,
    DfewWorld,
    Fer2013World,
    IsedWorld,
    JaffeWorld,
    RavdessWorld,
    is_world,
    make_world,
    read_world,
)

__all__ = [
    "AffWild2World",
    "CkPlusWorld",
    "Clip",
    "ClipRenderer",
    "DfewWorld",
    "Fer2013World",
    "IsedWorld",
    "JaffeWorld",
    "Person",
    "RavdessWorld",
    "is_world",
    "make_world",
    "read_world",
    "render_clip",
    "render_still",
]
