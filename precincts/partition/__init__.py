"""Blocks of equal voters, turf of equal doors, and splitting: one function on plain arrays, without Django."""

from precincts.partition.cutting import (
    LIST_ONLY,
    Partition,
    PartitionReport,
    bisect,
    partition,
)
from precincts.partition.placing import lonlat_to_metres
from precincts.partition.rows import NothingToPartition, PartitionError, TooManyParts

__all__ = [
    "LIST_ONLY",
    "NothingToPartition",
    "Partition",
    "PartitionError",
    "PartitionReport",
    "TooManyParts",
    "bisect",
    "lonlat_to_metres",
    "partition",
]
