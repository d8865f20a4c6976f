//! Lookups and writes by index.

use netviz_model::category::Category::{Embedding, Shape};

use super::Operator;

const fn embedding(name: &'static str) -> Operator {
    Operator::new(name, Embedding).defaults(&[
        ("padding_idx", "-1"),
        ("scale_grad_by_freq", "false"),
        ("sparse", "false"),
        ("mode", "0"),
        ("include_last_offset", "false"),
    ])
}

macro_rules! indexing {
    ($($name:literal)+) => {
        pub(super) const OPERATORS: &[Operator] = &[
            embedding("embedding"),
            embedding("embedding_bag"),
            embedding("_embedding_bag"),
            embedding("_embedding_bag_forward_only"),
            Operator::plain("nonzero"),
            Operator::plain("nonzero_numpy"),
            Operator::plain("nonzero_static"),
            Operator::plain("argwhere"),
            Operator::plain("one_hot"),
            $(Operator::new($name, Shape).defaults(&[("sparse_grad", "false"), ("accumulate", "false")]),)+
        ];
    };
}

indexing! {
    "index" "_unsafe_index" "_unsafe_masked_index" "index_select" "index_put" "_unsafe_index_put" "_index_put_impl"
    "index_add" "index_copy" "index_fill" "index_reduce" "gather" "scatter" "scatter_add" "scatter_reduce" "masked_select"
    "masked_scatter" "take" "take_along_dim" "put" "segment_reduce"
}
