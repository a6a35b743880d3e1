"""The profiles of tables that a person has saved: TOML files in a folder beside the diary, for their owner alone."""

from __future__ import annotations

import re
from pathlib import Path

from platformdirs import user_data_path

from diary.importers.profile import Profile, ProfileError, profile_text, read_profile
from diary.settings import diary_location, private_file


def profiles_folder(place: str | None = None) -> Path:
    """Beside the diary at *place*, else where the settings say; in the user's data folder if it is on a server."""
    place = place or diary_location()
    if "://" in place:
        return user_data_path("migraine-diary", appauthor=False) / "profiles"
    return Path(place).parent / "profiles"


def file_name(name: str) -> str:
    """The file of a profile.

    >>> file_name("Mein Kalender (alt)")
    'mein-kalender-alt.toml'

    Raises ProfileError: nothing is left of the name.
    """
    plain = re.sub(r"[\W_]+", "-", name.casefold()).strip("-")
    if not plain:
        raise ProfileError(f"{name!r} is no name for a profile. Write some letters or digits.")
    return f"{plain}.toml"


def saved_profiles(place: str | None = None) -> list[Path]:
    """The files of the profiles that were saved for the diary at *place*, by name."""
    return sorted(profiles_folder(place).glob("*.toml"))


def find_profile(named: str) -> Profile:
    """A profile by its name, or by the path of a file that somebody shared.

    Raises ProfileError: there is none, or the file is no profile.
    """
    path = profiles_folder() / file_name(named.removesuffix(".toml"))
    if named.endswith(".toml") and Path(named).exists():
        path = Path(named)
    if not path.exists():
        known = ", ".join(saved.stem for saved in saved_profiles()) or "none yet"
        raise ProfileError(
            f"There is no profile {named!r}. Saved are: {known}. Make one with: migraine import FILE --map"
        )
    return read_profile(path)


def save_profile(profile: Profile, place: str | None = None) -> Path:
    """Write the profile for the diary at *place*, readable by its owner alone; one of the same name is written over.

    Raises DiaryError: it cannot be written.
    """
    path = profiles_folder(place) / file_name(profile.name)
    private_file(path)
    try:
        path.write_text(profile_text(profile), encoding="utf-8")
    except OSError as error:
        raise ProfileError(
            f"{path} cannot be written ({error.strerror}). Make room, or allow writing there."
        ) from error
    return path
