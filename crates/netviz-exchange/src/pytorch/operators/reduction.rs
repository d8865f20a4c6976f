//! Reductions, sorting and searches.

use super::Operator;

macro_rules! reductions {
    ($($name:literal)+) => {
        pub(super) const OPERATORS: &[Operator] = &[
            $(Operator::plain($name).flops(1).defaults(&[("keepdim", "false"), ("unbiased", "true"), ("correction", "1")]),)+
        ];
    };
}

reductions! {
    "sum" "nansum" "sum_to_size" "_sum_to_size" "mean" "nanmean" "prod" "max" "min" "amax" "amin" "aminmax" "argmax"
    "argmin" "any" "all" "std" "var" "std_mean" "var_mean" "median" "nanmedian" "mode" "quantile" "nanquantile" "norm"
    "linalg_vector_norm" "linalg_norm" "linalg_matrix_norm" "frobenius_norm" "nuclear_norm" "logsumexp" "count_nonzero"
    "trace" "topk" "sort" "msort" "argsort" "kthvalue" "unique_dim" "_unique2" "unique_consecutive" "histc" "bincount"
    "mse_loss" "l1_loss" "smooth_l1_loss" "huber_loss" "nll_loss" "nll_loss_nd" "nll_loss_forward" "nll_loss2d"
    "nll_loss2d_forward" "cross_entropy_loss" "binary_cross_entropy" "binary_cross_entropy_with_logits" "kl_div" "ctc_loss"
    "_ctc_loss" "triplet_margin_loss" "cosine_embedding_loss" "margin_ranking_loss" "hinge_embedding_loss"
}
