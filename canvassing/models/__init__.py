from canvassing.models.lists import WalkList
from canvassing.models.walking import Walker, WalkingGroup

__all__ = ["WalkList", "Walker", "WalkingGroup"]
