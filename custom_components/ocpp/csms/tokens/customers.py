"""Knowledge of a charger about a person who has charged there.

Source: OCPP 2.0.1 part 2, use cases N09 and N10.
"""

from dataclasses import dataclass

from ..pki.certificates import CertificateHash
from .token import Token

type Customer = Token | CertificateHash | str
"""A person: by an id token, by the certificate of a car, or by a name that the charger's vendor understands."""


@dataclass(frozen=True, slots=True)
class CustomerRequest:
    """The request to tell what is known of a person, to forget it, or both; `id` is its own number."""

    id: int
    customer: Customer
    report: bool = True
    clear: bool = False
