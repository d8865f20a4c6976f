//! Small models with edge cases of every operation.

/// One model for each edge case of an operation, and its output shape.
pub(crate) const ODD: &[(&str, &str, &[usize])] = &[
    ("dense_without_bias", "{input: [5], layers: [dense: {units: 3, use_bias: false}]}", &[3]),
    (
        "same_padding_uneven",
        "{input: [2, 7, 8], layers: [conv2d: {filters: 3, kernel: [2, 4], padding: same}]}",
        &[3, 7, 8],
    ),
    (
        "strided_same_padding",
        "{input: [1, 28, 28], layers: [conv2d: {filters: 2, kernel: 3, strides: [2, 3], padding: same}]}",
        &[2, 14, 10],
    ),
    (
        "dilated_grouped",
        "{input: [4, 11, 9], layers: [conv2d: {filters: 6, kernel: [3, 2], dilation: [2, 3], groups: 2, padding: 1, use_bias: false}]}",
        &[6, 9, 8],
    ),
    ("depthwise", "{input: [4, 6, 6], layers: [conv2d: {filters: 8, kernel: 3, groups: 4}]}", &[8, 4, 4]),
    ("max_pool_padded", "{input: [2, 7, 6], layers: [max_pool2d: {pool: 3, strides: 2, padding: same}]}", &[2, 4, 3]),
    (
        "avg_pool_padded",
        "{input: [2, 7, 6], layers: [avg_pool2d: {pool: [2, 3], strides: [1, 2], padding: same}]}",
        &[2, 7, 3],
    ),
    ("avg_pool_fixed", "{input: [2, 7, 6], layers: [avg_pool2d: {pool: 3, padding: 1}]}", &[2, 3, 2]),
    ("global_avg_pool", "{input: [3, 4, 5], layers: [global_avg_pool2d]}", &[3]),
    ("batch_norm_flat", "{input: [6], layers: [batch_norm: {epsilon: 0.1}, dense: 4, batch_norm]}", &[4]),
    ("batch_norm_image", "{input: [3, 4, 5], layers: [batch_norm]}", &[3, 4, 5]),
    ("dropout", "{input: [6], layers: [dropout: 0.25, dense: 3, dropout: 0.9]}", &[3]),
    ("linear", "{input: [6], layers: [activation: linear]}", &[6]),
    ("relu", "{input: [6], layers: [activation: relu]}", &[6]),
    ("leaky_relu", "{input: [6], layers: [activation: leaky_relu]}", &[6]),
    ("elu", "{input: [6], layers: [activation: elu]}", &[6]),
    ("silu", "{input: [6], layers: [activation: silu]}", &[6]),
    ("sigmoid", "{input: [6], layers: [activation: sigmoid]}", &[6]),
    ("softplus", "{input: [6], layers: [activation: softplus]}", &[6]),
    ("tanh", "{input: [6], layers: [activation: tanh]}", &[6]),
    ("softmax_between", "{input: [6], layers: [dense: {units: 4, activation: softmax}, dense: 3]}", &[3]),
    ("softmax_of_channels", "{input: [3, 4, 5], layers: [activation: softmax, flatten]}", &[60]),
    ("softmax_alone", "{input: [6], layers: [activation: softmax]}", &[6]),
    ("flatten_flat", "{input: [6], layers: [flatten]}", &[6]),
    ("reshape", "{input: [24], layers: [reshape: [2, 3, 4], reshape: [4, -1], reshape: [2, 2, 3, 2]]}", &[2, 2, 3, 2]),
    (
        "add_three",
        "{input: [6], layers: [dense: {units: 6, name: a}, dense: {units: 6, name: b}, add: {from: [a, b, input]}]}",
        &[6],
    ),
    ("add_itself", "{input: [6], layers: [add: {from: [input, input]}]}", &[6]),
    (
        "concat_width",
        "{input: [2, 4, 6], layers: [avg_pool2d: {pool: [1, 2], name: half}, concat: {axis: -1, from: [half, input, half]}]}",
        &[2, 4, 12],
    ),
    (
        "logits_used_twice",
        "{input: [6], layers: [dense: {units: 6, name: a}, concat: {from: [a, input, a]}, activation: softmax]}",
        &[18],
    ),
    (
        "names",
        "{input: [6], layers: [dense: {units: 6, name: größe-1, activation: silu}, dense: {units: 2, name: logits}]}",
        &[2],
    ),
    (
        "dotted_names",
        "{input: [3, 4, 4], layers: [conv2d: {name: layer1.0.conv1, filters: 2, kernel: 3}, batch_norm: {name: layer1.0.bn1}, flatten, dense: {name: layer1, units: 3}, dense: {name: layer1.weight, units: 2}]}",
        &[2],
    ),
];
