//! Arithmetic, comparisons and conversions, element by element.

use netviz_model::category::Category::Merge;

use super::Operator;

/// Arithmetic that joins branches of a network.
macro_rules! operators {
    (join: $($join:literal)+; unary: $($name:literal)+; free: $($free:literal)+;) => {
        pub(super) const OPERATORS: &[Operator] = &[
            $(Operator::new($join, Merge).flops(1).defaults(&[("alpha", "1")]),)+
            $(Operator::plain($name).flops(1).hidden(&["alpha"]),)+
            $(Operator::plain($free).hidden(&["copy", "non_blocking", "implicit"]),)+
        ];
    };
}

operators! {
    join:
        "add" "sub" "mul" "div" "rsub" "multiply" "divide" "subtract" "true_divide" "maximum" "minimum" "fmax" "fmin"
        "addcmul" "addcdiv" "lerp";
    unary:
        "pow" "float_power" "exp" "exp2" "expm1" "log" "log2" "log10" "log1p" "sqrt" "rsqrt" "reciprocal" "square" "abs"
        "absolute" "neg" "negative" "sign" "sgn" "positive" "sin" "cos" "tan" "asin" "acos" "atan" "atan2" "arctan2" "sinh"
        "cosh" "asinh" "acosh" "atanh" "erf" "erfc" "erfinv" "sinc" "lgamma" "digamma" "polygamma" "i0" "logit" "floor"
        "ceil" "round" "trunc" "fix" "frac" "fmod" "remainder" "floor_divide" "hypot" "copysign" "nextafter" "logaddexp"
        "logaddexp2" "heaviside" "ldexp" "xlogy" "xlog1py" "special_xlog1py" "special_erf" "special_expit" "gcd" "lcm"
        "bitwise_and" "bitwise_or" "bitwise_xor" "bitwise_not" "bitwise_left_shift" "bitwise_right_shift"
        "__and__" "__or__" "__xor__" "__lshift__" "__rshift__" "logical_and" "logical_or" "logical_xor" "logical_not"
        "eq" "ne" "lt" "le" "gt" "ge" "equal" "isnan" "isinf" "isfinite" "isposinf" "isneginf" "isclose" "signbit"
        "where" "masked_fill" "nan_to_num" "deg2rad" "rad2deg" "angle" "real" "imag" "conj" "_conj" "_conj_physical"
        "conj_physical" "complex" "polar" "view_as_complex" "view_as_real" "cdist" "_cdist_forward" "pdist"
        "_pdist_forward" "pairwise_distance" "cosine_similarity" "cross" "linalg_cross" "cumsum" "cumprod" "cummax"
        "cummin" "logcumsumexp" "diff" "bucketize" "searchsorted"
        "_fft_r2c" "_fft_c2c" "_fft_c2r" "fft_fft" "fft_ifft" "fft_rfft" "fft_irfft" "fft_fft2" "fft_ifft2" "fft_rfft2"
        "fft_irfft2" "fft_fftn" "fft_ifftn" "fft_rfftn" "fft_irfftn" "stft" "istft";
    free:
        "alias" "clone" "contiguous" "detach" "lift" "lift_fresh" "lift_fresh_copy" "to" "_to_copy" "type_as" "float"
        "double" "half" "int" "long" "bool" "copy" "_to_dense" "to_dense" "resolve_conj" "resolve_neg" "view_of"
        "_unsafe_view" "item" "_local_scalar_dense" "is_nonzero" "fill" "zero" "set" "requires_grad"
        "sym_size" "sym_numel" "sym_stride" "sym_storage_offset" "sym_constrain_range" "sym_constrain_range_for_size"
        "_assert_tensor_metadata" "_assert_scalar" "_assert_async" "_functional_assert_scalar" "_functional_assert_async"
        "identity" "data" "cpu" "cuda" "pin_memory" "dequantize" "expand_copy";
}
