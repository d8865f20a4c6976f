"""Reads the output of `netviz render --json` with networkx.

    networkx_check.py < PICTURE.json

Prints one JSON object: the nodes in a topological order with their attributes, and the edges in the order
of the target's inputs.
"""

import json
import sys

import networkx as nx


def graph_of(data):
    try:
        return nx.node_link_graph(data, edges="edges")
    except TypeError:
        # Before networkx 3.4.
        return nx.node_link_graph(data, link="edges")


graph = graph_of(json.load(sys.stdin))
assert isinstance(graph, nx.MultiDiGraph), type(graph)
position = {node: index for index, node in enumerate(graph)}
print(
    json.dumps(
        {
            "graph": graph.graph,
            "nodes": [[node, attributes] for node, attributes in graph.nodes(data=True)],
            "edges": [[*edge, attributes] for *edge, attributes in graph.edges(keys=True, data=True)],
            "in_order": all(position[a] < position[b] for a, b in graph.edges())
            and nx.is_directed_acyclic_graph(graph),
        }
    )
)
