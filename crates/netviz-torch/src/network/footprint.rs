//! Peak memory of a program's values, by how long each value is needed.

use netviz::limits::{EVALUATION_BATCH, EVALUATION_MEMORY};
use netviz::program::{Instruction, Op, Program, ValueId, Window};

use super::operation::own_padding;
use super::pass::learns;
use super::until;

/// Peak memory in bytes, per sample of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Footprint(u64);

/// Bytes of a 32-bit number.
const NUMBER: u64 = 4;

impl Footprint {
    /// For values that are not in main memory.
    pub(crate) const NOTHING: Self = Self(0);

    /// Of inference: the computation of the value `wanted`.
    pub(crate) fn of_use(program: &Program, wanted: ValueId) -> Self {
        let mut timeline = Timeline::of(program);
        for instruction in until(program, wanted) {
            timeline.forward(program, instruction, 0);
        }
        timeline.peak()
    }

    /// Of a training step whose loss is computed from the value `wanted`: the forward and the backward pass.
    pub(crate) fn of_training(program: &Program, wanted: ValueId) -> Self {
        let mut timeline = Timeline::of(program);
        let instructions = until(program, wanted);
        let learns = learns(program);
        let extras: Vec<Option<usize>> = instructions
            .iter()
            .map(|instruction| timeline.forward(program, instruction, remembered(program, instruction).extra))
            .collect();
        timeline.loss(wanted);
        for (instruction, extra) in instructions.iter().zip(extras).rev() {
            timeline.back(program, instruction, &learns, extra);
        }
        timeline.peak()
    }

    /// Bytes for a batch.
    pub(crate) fn of_batch(self, samples: usize) -> u64 {
        self.0.saturating_mul(samples as u64)
    }

    /// Number of samples that fit into this many bytes.
    pub(crate) fn samples_in(self, bytes: u64) -> u64 {
        bytes / self.0.max(1)
    }

    /// The batch size in evaluation: see [`EVALUATION_MEMORY`].
    pub(crate) fn evaluation_batch(self) -> usize {
        usize::try_from(self.samples_in(EVALUATION_MEMORY)).unwrap_or(usize::MAX).clamp(1, EVALUATION_BATCH)
    }
}

/// What the backward pass through an operation needs from the forward pass.
struct Remembered {
    inputs: bool,
    output: bool,
    /// Further numbers that libtorch keeps for the backward pass.
    extra: u64,
}

fn remembered(program: &Program, instruction: &Instruction) -> Remembered {
    let [input, output] = [instruction.inputs[0], instruction.output].map(|value| elements(program, value));
    let (inputs, is_output, extra) = match &instruction.op {
        Op::Gemm | Op::GlobalAveragePool | Op::BatchNormalization { .. } | Op::Softplus | Op::Mul => (true, false, 0),
        Op::Conv { window, .. } | Op::AveragePool(window) => (true, false, padded(program, instruction, window)),
        // Plus the indices of the maxima, as 64-bit numbers.
        Op::MaxPool(window) => (true, false, padded(program, instruction, window).saturating_add(output * 2)),
        // One factor per value.
        Op::Dropout { .. } => (false, false, output),
        Op::LeakyRelu { .. } => (true, false, input),
        Op::Elu { .. } => (true, false, input * 2),
        Op::Relu | Op::Sigmoid | Op::Tanh | Op::Softmax => (false, true, 0),
        Op::Flatten | Op::Reshape(_) | Op::Add | Op::Concat { .. } => (false, false, 0),
    };
    Remembered { inputs, output: is_output, extra }
}

/// Temporary memory of an operation while it computes, in numbers.
fn scratch(program: &Program, instruction: &Instruction) -> u64 {
    let [input, output] = [instruction.inputs[0], instruction.output].map(|value| elements(program, value));
    match &instruction.op {
        Op::Conv { window, .. } => padded(program, instruction, window),
        Op::MaxPool(window) => padded(program, instruction, window).saturating_add(output * 2),
        Op::AveragePool(window) if padded(program, instruction, window) > 0 => {
            padded(program, instruction, window).saturating_mul(2).saturating_add(output * 2)
        }
        Op::LeakyRelu { .. } => input,
        Op::Elu { .. } => input * 2,
        _ => 0,
    }
}

/// The size of the padded copy of the input, in numbers; 0 if the operation pads itself.
fn padded(program: &Program, instruction: &Instruction, window: &Window) -> u64 {
    let Some([channels, height, width]) = program.value(instruction.inputs[0]).shape.as_image() else { return 0 };
    if own_padding(window).is_some() {
        return 0;
    }
    let [top, left, bottom, right] = window.pads;
    let sizes = [channels, height.saturating_add(top + bottom), width.saturating_add(left + right)];
    sizes.into_iter().fold(1, |product, size| product.saturating_mul(size as u64))
}

fn elements(program: &Program, value: ValueId) -> u64 {
    program.value(value).shape.elements() as u64
}

/// The steps of a computation and the buffers that each step uses. A buffer is live from its first use to its last.
struct Timeline {
    /// The buffer of each value. A view shares the buffer of the value that it shows.
    buffers: Vec<usize>,
    /// The buffer of the gradient of each value.
    gradients: Vec<usize>,
    /// The size of each buffer, in numbers.
    sizes: Vec<u64>,
    /// The first and the last step that use each buffer.
    uses: Vec<Option<[usize; 2]>>,
    /// The temporary memory of each step, in numbers.
    steps: Vec<u64>,
}

impl Timeline {
    /// The timeline of a program up to its first step, which reads the input.
    fn of(program: &Program) -> Self {
        let mut buffers: Vec<usize> = (0..program.values.len()).collect();
        for instruction in &program.instructions {
            if matches!(instruction.op, Op::Flatten | Op::Reshape(_)) {
                buffers[instruction.output.index()] = buffers[instruction.inputs[0].index()];
            }
        }
        let sizes: Vec<u64> = program.values.iter().map(|value| value.shape.elements() as u64).collect();
        let gradients = buffers.iter().map(|buffer| buffer + sizes.len()).collect();
        let sizes = [sizes.clone(), sizes].concat();
        let uses = vec![None; sizes.len()];
        let mut timeline = Self { buffers, gradients, sizes, uses, steps: Vec::new() };
        timeline.step(0, [program.input.index()]);
        timeline
    }

    fn step(&mut self, scratch: u64, buffers: impl IntoIterator<Item = usize>) {
        let step = self.steps.len();
        for buffer in buffers {
            self.uses[buffer].get_or_insert([step, step])[1] = step;
        }
        self.steps.push(scratch);
    }

    /// Adds the forward step of an instruction. Returns the buffer of the `extra` numbers, which are kept for the
    /// backward pass.
    fn forward(&mut self, program: &Program, instruction: &Instruction, extra: u64) -> Option<usize> {
        let values = instruction.inputs.iter().chain([&instruction.output]);
        let mut used: Vec<usize> = values.map(|value| self.buffers[value.index()]).collect();
        let kept = (extra > 0).then(|| {
            self.sizes.push(extra);
            self.uses.push(None);
            self.sizes.len() - 1
        });
        used.extend(kept);
        self.step(scratch(program, instruction).saturating_sub(extra), used);
        kept
    }

    /// Adds the step of the loss, reduced to the value that it is computed from and the gradient of that value.
    fn loss(&mut self, wanted: ValueId) {
        let used = [self.buffers[wanted.index()], self.gradients[wanted.index()]];
        self.step(0, used);
    }

    /// Adds the backward step of an instruction.
    fn back(&mut self, program: &Program, instruction: &Instruction, learns: &[bool], extra: Option<usize>) {
        if !learns[instruction.output.index()] {
            return;
        }
        let remembered = remembered(program, instruction);
        let values = |is_read: bool, values: &[ValueId]| if is_read { values.to_vec() } else { Vec::new() };
        let mut read = values(remembered.inputs, &instruction.inputs);
        read.extend(values(remembered.output, &[instruction.output]));
        let learned = instruction.inputs.iter().filter(|input| learns[input.index()]);
        let gradients = learned.chain([&instruction.output]).map(|value| self.gradients[value.index()]);
        let used: Vec<usize> =
            read.iter().map(|value| self.buffers[value.index()]).chain(gradients).chain(extra).collect();
        self.step(0, used);
    }

    /// The peak over all steps.
    fn peak(&self) -> Footprint {
        let mut changes = vec![(0_u64, 0_u64); self.steps.len() + 1];
        for (size, [first, last]) in self.sizes.iter().zip(&self.uses).filter_map(|(size, uses)| Some((size, (*uses)?)))
        {
            changes[first].0 = changes[first].0.saturating_add(*size);
            changes[last + 1].1 = changes[last + 1].1.saturating_add(*size);
        }
        let (mut live, mut peak) = (0_u64, 0);
        for ((begun, ended), scratch) in changes.into_iter().zip(&self.steps) {
            live = live.saturating_sub(ended).saturating_add(begun);
            peak = peak.max(live.saturating_add(*scratch));
        }
        Footprint(peak.saturating_mul(NUMBER))
    }
}

#[cfg(test)]
mod tests {
    use netviz::Model;

    use super::*;

    fn program(layers: &str) -> Program {
        let model = Model::from_text(layers).unwrap_or_else(|problems| panic!("{layers}: {problems:?}"));
        Program::lower(&model.graph)
    }

    /// Peak numbers per sample, in inference and in training.
    fn numbers(layers: &str) -> [u64; 2] {
        let program = program(layers);
        [Footprint::of_use, Footprint::of_training].map(|of| of(&program, program.output).0 / NUMBER)
    }

    #[test]
    fn a_value_counts_from_when_it_is_computed_to_its_last_reader() {
        // The peak is the input with the first output. Each later step needs one output and the one before it.
        let chain = "input: [100]\nlayers: [dense: 50, dense: 60, dense: 10]";
        // In training, all inputs are kept for the backward pass. The peak is at the last layer, with two gradients.
        assert_eq!(numbers(chain), [150, 100 + 50 + 60 + 10 + 60]);
        // A skip connection keeps its value while other layers are computed.
        let skip = "input: [100]\nlayers:\n  - dense: {name: a, units: 50}\n  - dense: {name: b, units: 90}\n  \
                    - dense: {name: c, units: 50}\n  - add: {from: [a, c]}\n";
        assert_eq!(numbers(skip)[0], 50 + 90 + 50);
        // A reshaped value shares the buffer of its input.
        assert_eq!(numbers("input: [2, 5, 5]\nlayers: [flatten, reshape: [5, 10], flatten, dense: 1]")[0], 50 + 1);
    }

    #[test]
    fn what_libtorch_keeps_besides_counts_in_training() {
        let layers = |layer: &str| format!("input: [1, 8, 8]\nlayers: [{layer}, flatten, dense: 1]");
        // Input, output, and the indices of the maxima as 64-bit numbers.
        assert_eq!(numbers(&layers("max_pool2d: 2"))[0], 64 + 16 + 32);
        let [_, sigmoid] = numbers(&layers("activation: sigmoid"));
        let [_, dropout] = numbers(&layers("dropout: 0.5"));
        let [_, elu] = numbers(&layers("activation: elu"));
        assert!(sigmoid < dropout && dropout < elu, "{sigmoid}, {dropout}, {elu}");
    }

    #[test]
    fn the_batch_of_an_evaluation_is_as_large_as_there_is_room_for() {
        let batch = |layers: &str| {
            let program = program(layers);
            Footprint::of_use(&program, program.output).evaluation_batch()
        };
        for name in ["mnist", "tiny", "lenet5", "resnet_mini", "resnet20"] {
            let path = format!("{}/../../models/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
            assert_eq!(batch(&std::fs::read_to_string(path).expect("a model")), EVALUATION_BATCH, "{name}");
        }
        let wide = |filters: usize, layers: usize| {
            let layer = format!("  - conv2d: {{filters: {filters}, kernel: 1, activation: relu}}\n").repeat(layers);
            batch(&format!("input: [1, 224, 224]\nlayers:\n{layer}"))
        };
        // Two values of 12.8 MB each per sample, whatever the number of layers.
        assert_eq!([wide(64, 1), wide(64, 2), wide(64, 40)], [41; 3]);
        assert_eq!(wide(40_000, 1), 1);
        let footprint = Footprint(u64::MAX);
        assert_eq!((footprint.evaluation_batch(), footprint.of_batch(1000)), (1, u64::MAX));
    }
}
