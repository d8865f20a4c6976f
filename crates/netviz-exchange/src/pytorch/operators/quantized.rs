//! Quantization, as `torchao` and `torch.ao.quantization` write it.

use super::Operator;

macro_rules! quantize {
    ($($name:literal)+) => {
        pub(super) const OPERATORS: &[Operator] =
            &[$(Operator::plain($name).hidden(&["quant_min", "quant_max", "eps", "out_dtype"])),+];
    };
}

quantize! {
    "quantize_per_tensor" "dequantize_per_tensor" "quantize_per_channel" "dequantize_per_channel"
    "quantize_per_channel_group" "dequantize_per_channel_group" "quantize_per_token" "dequantize_per_token"
    "choose_qparams" "choose_qparams_symmetric" "choose_qparams_per_token" "choose_qparams_per_token_asymmetric"
    "fake_quant_per_channel" "convert_element_type"
}
