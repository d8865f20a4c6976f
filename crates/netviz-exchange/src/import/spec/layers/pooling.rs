//! `max_pool2d`, `avg_pool2d` and `global_avg_pool2d`

use super::conv2d::{Window, pair};
use super::{Call, Entry, Known, Mapped, Reason, aten, keras, onnx};
use crate::import::spec::draft::Layer;
use crate::import::spec::source::Source;
use crate::import::spec::view::View;

pub(super) const ENTRIES: &[Entry] = &[
    onnx(&["MaxPool", "AveragePool"], |call| {
        let window = Window::onnx(call, call.pair("kernel_shape", 1)?, "dilations")?;
        let counts = call.flag("count_include_pad", false);
        let kind = if call.kind == "MaxPool" { "max_pool2d" } else { "avg_pool2d" };
        pool(call, kind, window, counts, false)
    }),
    onnx(&["GlobalAveragePool"], |call| global(call, [2, 3], true)),
    onnx(&["GlobalMaxPool"], |call| global_max(call, false, true)),
    onnx(&["ReduceMean"], |call| {
        let axes = match call.operand(1) {
            Known::Weight(axes) => axes.integers(),
            _ => call.ints("axes"),
        };
        mean(call, axes.unwrap_or_default(), call.flag("keepdims", true))
    }),
    aten(&["max_pool2d", "max_pool2d_with_indices", "avg_pool2d"], |call| {
        let kind = if call.kind == "avg_pool2d" { "avg_pool2d" } else { "max_pool2d" };
        call.without(&["divisor_override"])?;
        let window = Window::aten(call, call.pair("kernel_size", 1)?)?;
        let counts = kind == "avg_pool2d" && call.flag("count_include_pad", true);
        pool(call, kind, window, counts, false)
    }),
    aten(&["adaptive_avg_pool2d", "_adaptive_avg_pool2d"], adaptive),
    aten(&["mean"], |call| mean(call, call.ints("dim").unwrap_or_default(), call.flag("keepdim", false))),
    aten(&["adaptive_max_pool2d"], |call| match call.pair("output_size", 0)? {
        [1, 1] => global_max(call, false, true),
        _ => Err(Reason::because("it has several windows")),
    }),
    aten(&["amax"], |call| largest(call, call.ints("dim").unwrap_or_default(), call.flag("keepdim", false))),
    keras(&["Max", "Amax"], |call| largest(call, call.ints("axis").unwrap_or_default(), call.flag("keepdims", false))),
    keras(&["Mean"], |call| mean(call, call.ints("axis").unwrap_or_default(), call.flag("keepdims", false))),
    keras(&["MaxPooling2D", "MaxPool2D", "AveragePooling2D", "AvgPool2D"], |call| {
        let kind = if call.kind.starts_with("Max") { "max_pool2d" } else { "avg_pool2d" };
        let window = Window::keras(call, call.pair("pool_size", 2)?)?;
        pool(call, kind, window, false, call.channels_last())
    }),
    keras(&["GlobalAveragePooling2D", "GlobalAvgPool2D"], |call| {
        let axes = if call.channels_last() { [1, 2] } else { [2, 3] };
        global(call, axes, call.flag("keepdims", false))
    }),
    keras(&["GlobalMaxPooling2D", "GlobalMaxPool2D"], |call| {
        global_max(call, call.channels_last(), call.flag("keepdims", false))
    }),
];

fn pool(call: &mut Call, kind: &'static str, window: Window, counts_padding: bool, channels_last: bool) -> Mapped {
    let view = call.view(0)?;
    let (source, [channels, height, width]) = call.image(&view, channels_last)?;
    if window.dilations != [1, 1] {
        return Err(Reason::because("its window is dilated"));
    }
    if counts_padding && window.pads != [[0, 0]; 2] {
        return Err(Reason::because("it counts padding in its means"));
    }
    let window = if call.flag("ceil_mode", false) { rounded_up(call, window, [height, width])? } else { window };
    let [rows, columns] = window.output([height, width])?;
    let mut arguments = vec![("pool", pair(window.kernel))];
    // A pool's own size is its stride by default.
    if window.strides != window.kernel {
        arguments.push(("strides", pair(window.strides)));
    }
    arguments.push(("padding", window.padding([height, width])));
    let sizes = [channels, rows, columns];
    let source = call.push(kind, arguments, vec![source], Vec::new(), vec![sizes.to_vec()]);
    Ok(vec![Known::View(Call::as_image(source, sizes, channels_last)), Known::Absent])
}

/// The window with more padding behind, so that its output is as large as that of the operation, which rounds up.
fn rounded_up(call: &Call, window: Window, image: [usize; 2]) -> Result<Window, Reason> {
    let sizes = call.sizes(0)?;
    let &[_, _, Some(rows), Some(columns)] = &sizes[..] else {
        return Err(Reason::because("the shape of its output is not known"));
    };
    let pads = [0, 1].map(|index| {
        let [before, behind] = window.pads[index];
        let wanted = ([rows, columns][index].saturating_sub(1)) * window.strides[index] + window.kernel[index];
        [before, wanted.saturating_sub(image[index] + before).max(behind.min(wanted))]
    });
    Ok(Window { pads, ..window })
}

/// The means of an image, for each channel.
fn global(call: &mut Call, axes: [usize; 2], keeps: bool) -> Mapped {
    let view = call.view(0)?;
    let channels_last = axes == [1, 2];
    let (source, [channels, _, _]) = call.image(&view, channels_last)?;
    let source = call.push("global_avg_pool2d", Vec::new(), vec![source], Vec::new(), vec![vec![channels]]);
    Ok(vec![Known::View(pooled(source, channels, channels_last, keeps))])
}

/// One value for each channel, with or without the dimensions of the image.
fn pooled(source: Source, channels: usize, channels_last: bool, keeps: bool) -> View {
    let axes = match (keeps, channels_last) {
        (false, _) => vec![vec![0], vec![1]],
        (true, false) => vec![vec![0], vec![1], Vec::new(), Vec::new()],
        (true, true) => vec![vec![0], Vec::new(), Vec::new(), vec![1]],
    };
    View { source, sizes: vec![channels], axes }
}

fn global_max(call: &mut Call, channels_last: bool, keeps: bool) -> Mapped {
    let view = call.view(0)?;
    let (source, [channels, height, width]) = call.image(&view, channels_last)?;
    let sizes = vec![channels, 1, 1];
    let arguments = vec![("pool", pair([height, width]))];
    let source = call.push("max_pool2d", arguments, vec![source], Vec::new(), vec![sizes.clone()]);
    let axes = pooled(source, channels, channels_last, keeps).axes;
    Ok(vec![Known::View(View { source, sizes, axes })])
}

fn mean(call: &mut Call, axes: Vec<i64>, keeps: bool) -> Mapped {
    let view = call.view(0)?;
    let mut axes: Vec<usize> = axes.into_iter().map(|axis| Call::axis(axis, view.rank())).collect::<Result<_, _>>()?;
    axes.sort_unstable();
    match axes[..] {
        [1, 2] if view.rank() == 4 => global(call, [1, 2], keeps),
        [2, 3] if view.rank() == 4 => global(call, [2, 3], keeps),
        [axis] => mean_along(call, &view, axis, keeps),
        _ => Err(Reason::because("its mean is not that of an image")),
    }
}

fn largest(call: &mut Call, axes: Vec<i64>, keeps: bool) -> Mapped {
    let view = call.view(0)?;
    let mut axes: Vec<usize> = axes.into_iter().map(|axis| Call::axis(axis, view.rank())).collect::<Result<_, _>>()?;
    axes.sort_unstable();
    match axes[..] {
        [1, 2] if view.rank() == 4 => global_max(call, true, keeps),
        [2, 3] if view.rank() == 4 => global_max(call, false, keeps),
        _ => Err(Reason::because("its maximum is not that of an image")),
    }
}

/// The means of rows or of columns; of one after the other, those of the image.
fn mean_along(call: &mut Call, view: &View, axis: usize, keeps: bool) -> Mapped {
    let misfit = || Reason::because("its mean is not that of an image");
    let (&[channels, height, width], [own]) = (&view.sizes[..], &view.axes[axis][..]) else { return Err(misfit()) };
    if !matches!(own, 2 | 3) || call.draft.sizes(view.source) != view.sizes {
        return Err(misfit());
    }
    let mut axes = view.axes.clone();
    if keeps {
        axes[axis] = Vec::new();
    } else {
        axes.remove(axis);
    }
    let is_row = *own == 3;
    if (if is_row { height } else { width }) == 1 {
        let before = view.source.layer.map(|layer| &call.draft.layers[layer]);
        let whole = before.filter(|layer| layer.kind == "avg_pool2d" && is_along(call, layer)).map(|layer| layer.from[0]);
        let source = whole.unwrap_or(view.source);
        let source = call.push("global_avg_pool2d", Vec::new(), vec![source], Vec::new(), vec![vec![channels]]);
        let axes = axes.into_iter().map(|own| own.into_iter().filter(|&own| own < 2).collect()).collect();
        return Ok(vec![Known::View(View { source, sizes: vec![channels], axes })]);
    }
    let (pool, sizes) =
        if is_row { ([1, width], vec![channels, height, 1]) } else { ([height, 1], vec![channels, 1, width]) };
    let arguments = vec![("pool", pair(pool))];
    let source = call.push("avg_pool2d", arguments, vec![view.source], Vec::new(), vec![sizes.clone()]);
    Ok(vec![Known::View(View { source, sizes, axes })])
}

/// Whether a layer gives the means of whole rows or columns.
fn is_along(call: &Call, layer: &Layer) -> bool {
    let &[_, height, width] = call.draft.sizes(layer.from[0]) else { return false };
    [[1, width], [height, 1]].iter().any(|&pool| layer.arguments == [("pool", pair(pool))])
}

/// Windows that divide the image into so many parts.
fn adaptive(call: &mut Call) -> Mapped {
    let view = call.view(0)?;
    let wanted = call.pair("output_size", 1)?;
    let (_, [_, height, width]) = call.image(&view, false)?;
    if wanted == [1, 1] {
        return global(call, [2, 3], true);
    }
    if wanted == [height, width] {
        return Ok(vec![Known::View(view)]);
    }
    let [rows, columns] = wanted.map(|size| size.max(1));
    if height % rows != 0 || width % columns != 0 {
        return Err(Reason::because(format!("{rows}×{columns} windows of equal size do not divide {height}×{width}")));
    }
    let kernel = [height / rows, width / columns];
    let window = Window { kernel, strides: kernel, dilations: [1, 1], pads: [[0, 0]; 2] };
    pool(call, "avg_pool2d", window, false, false)
}
