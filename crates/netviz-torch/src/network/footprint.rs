//! Peak memory of a program's values, by how long each value is needed.

use netviz::ir::{Instruction, Program, Value, ValueId};
use netviz::limits::{EVALUATION_BATCH, EVALUATION_MEMORY};

use super::kernels::{Kernel, Memory, Reads, Rule, Sizes, kernel};
use super::pass::learns;
use super::{rules, until};

/// Peak memory in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Footprint {
    /// Per sample of a batch.
    sample: u64,
    /// Of the values that are computed from parameters alone, whatever the batch.
    fixed: u64,
}

/// Bytes of a 32-bit number.
const NUMBER: u64 = 4;

impl Footprint {
    /// For values that are not in main memory.
    pub(crate) const NOTHING: Self = Self { sample: 0, fixed: 0 };

    /// Of inference: the computation of the value `wanted`.
    pub(crate) fn of_use(program: &Program, wanted: ValueId) -> Self {
        let mut timeline = Timeline::of(program);
        for instruction in until(program, wanted) {
            timeline.forward(program, instruction, false);
        }
        timeline.peak()
    }

    /// Of a training step whose loss is computed from the value `wanted`: the forward and the backward pass.
    pub(crate) fn of_training(program: &Program, wanted: ValueId) -> Self {
        let mut timeline = Timeline::of(program);
        let instructions = until(program, wanted);
        let learns = learns(program);
        let kept: Vec<Option<usize>> =
            instructions.iter().map(|instruction| timeline.forward(program, instruction, true)).collect();
        timeline.loss(wanted);
        let reads = rules(program).unwrap_or_default().into_iter().map(Rule::reads);
        let steps: Vec<_> = instructions.iter().zip(reads).zip(kept).collect();
        for ((instruction, reads), kept) in steps.into_iter().rev() {
            timeline.back(instruction, reads, &learns, kept);
        }
        timeline.peak()
    }

    /// Bytes for a batch.
    pub(crate) fn of_batch(self, samples: usize) -> u64 {
        self.sample.saturating_mul(samples as u64).saturating_add(self.fixed)
    }

    /// Number of samples that fit into this many bytes.
    pub(crate) fn samples_in(self, bytes: u64) -> u64 {
        bytes.saturating_sub(self.fixed) / self.sample.max(1)
    }

    /// The batch size in evaluation: see [`EVALUATION_MEMORY`].
    pub(crate) fn evaluation_batch(self) -> usize {
        usize::try_from(self.samples_in(EVALUATION_MEMORY)).unwrap_or(usize::MAX).clamp(1, EVALUATION_BATCH)
    }
}

/// Memory of an instruction besides its operands and outputs. Nothing runs without a kernel.
fn memory(program: &Program, instruction: &Instruction) -> Memory {
    kernel(&instruction.op).map(|kernel| kernel.memory(&Sizes::of(program, instruction))).unwrap_or_default()
}

/// The steps of a computation and the buffers that each step uses. A buffer is live from its first use to its last.
struct Timeline {
    /// The buffer of each value. A view shares the buffer of the value that it shows.
    buffers: Vec<usize>,
    /// The buffer of the gradient of each value.
    gradients: Vec<usize>,
    /// The size of each buffer, in numbers; 0 for values without a batch.
    sizes: Vec<u64>,
    /// The size of all values without a batch together.
    fixed: u64,
    /// The first and the last step that use each buffer.
    uses: Vec<Option<[usize; 2]>>,
    /// The temporary memory of each step, in numbers.
    steps: Vec<u64>,
}

impl Timeline {
    /// The timeline of a program up to its first step, which reads the input.
    fn of(program: &Program) -> Self {
        let mut buffers: Vec<usize> = (0..program.values().len()).collect();
        for instruction in program.instructions() {
            let is_view = kernel(&instruction.op).is_ok_and(Kernel::is_view);
            if let Some(input) = instruction.values().next().filter(|_| is_view) {
                buffers[instruction.output().index()] = buffers[input.index()];
            }
        }
        let elements = |value: &Value| value.ty.elements().unwrap_or(0) as u64;
        let sizes = program.values().iter().map(|value| if value.ty.has_batch() { elements(value) } else { 0 });
        let sizes: Vec<u64> = sizes.collect();
        let fixed = program.values().iter().filter(|value| !value.ty.has_batch()).map(elements);
        // With their gradients.
        let fixed = fixed.fold(0, u64::saturating_add).saturating_mul(2);
        let gradients = buffers.iter().map(|buffer| buffer + sizes.len()).collect();
        let sizes = [sizes.clone(), sizes].concat();
        let uses = vec![None; sizes.len()];
        let mut timeline = Self { buffers, gradients, sizes, fixed, uses, steps: Vec::new() };
        timeline.step(0, program.inputs().iter().map(|input| input.index()));
        timeline
    }

    fn step(&mut self, scratch: u64, buffers: impl IntoIterator<Item = usize>) {
        let step = self.steps.len();
        for buffer in buffers {
            self.uses[buffer].get_or_insert([step, step])[1] = step;
        }
        self.steps.push(scratch);
    }

    /// Adds the forward step of an instruction. In training, returns the buffer of what libtorch keeps for the backward
    /// pass.
    fn forward(&mut self, program: &Program, instruction: &Instruction, is_training: bool) -> Option<usize> {
        let memory = memory(program, instruction);
        let kept = if is_training { memory.kept } else { 0 };
        let values = instruction.values().chain(instruction.outputs.iter().copied());
        let mut used: Vec<usize> = values.map(|value| self.buffers[value.index()]).collect();
        let buffer = (kept > 0).then(|| {
            self.sizes.push(kept);
            self.uses.push(None);
            self.sizes.len() - 1
        });
        used.extend(buffer);
        self.step(memory.scratch.saturating_sub(kept), used);
        buffer
    }

    /// Adds the step of the loss, reduced to the value that it is computed from and the gradient of that value.
    fn loss(&mut self, wanted: ValueId) {
        let used = [self.buffers[wanted.index()], self.gradients[wanted.index()]];
        self.step(0, used);
    }

    /// Adds the backward step of an instruction.
    fn back(&mut self, instruction: &Instruction, reads: Reads, learns: &[bool], kept: Option<usize>) {
        if !learns[instruction.output().index()] {
            return;
        }
        let operands = instruction.values().filter(|_| reads.operands);
        let outputs = instruction.outputs.iter().copied().filter(|_| reads.outputs);
        let learned = instruction.values().filter(|input| learns[input.index()]);
        let gradients = learned.chain(instruction.outputs.iter().copied()).map(|value| self.gradients[value.index()]);
        let read = operands.chain(outputs).map(|value| self.buffers[value.index()]);
        let used: Vec<usize> = read.chain(gradients).chain(kept).collect();
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
        Footprint { sample: peak.saturating_mul(NUMBER), fixed: self.fixed.saturating_mul(NUMBER) }
    }
}

#[cfg(test)]
mod tests {
    use netviz::Model;

    use super::*;

    fn program(layers: &str) -> Program {
        let model = Model::from_text(layers).unwrap_or_else(|problems| panic!("{layers}: {problems:?}"));
        model.graph.program().clone()
    }

    /// Peak numbers per sample, in inference and in training.
    fn numbers(layers: &str) -> [u64; 2] {
        let program = program(layers);
        [Footprint::of_use, Footprint::of_training].map(|of| of(&program, program.output()).sample / NUMBER)
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
            Footprint::of_use(&program, program.output()).evaluation_batch()
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
        assert_eq!([wide(64, 1), wide(64, 2), wide(64, 40)], [31; 3]);
        assert_eq!(wide(40_000, 1), 1);
        let footprint = Footprint { sample: u64::MAX, fixed: 0 };
        assert_eq!((footprint.evaluation_batch(), footprint.of_batch(1000)), (1, u64::MAX));
    }
}
