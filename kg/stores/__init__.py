"""The homes of the graph, behind one interface: :mod:`kg.stores.base`."""
