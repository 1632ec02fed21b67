"""Signing a certificate, and deleting an account."""

from rights.actions.certifying import certify
from rights.actions.deleting import AccountIsInUse, OperatorsStayNamed, delete_account

__all__ = ["AccountIsInUse", "OperatorsStayNamed", "certify", "delete_account"]
