from canvassing.models.lists import WalkList

__all__ = ["WalkList"]
