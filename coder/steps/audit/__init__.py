"""Auditing suggestions: the unit that is shown, the decision, queues, blinding, adjudication."""
