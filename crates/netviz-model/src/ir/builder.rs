//! Builds a program, layer by layer.

use std::sync::Arc;

use super::{
    Constant, ConstantId, ConstantValue, DType, Initializer, Instruction, Misfit, Op, Opaque, Operand, Operands,
    Parameter, ParameterCount, ParameterId, Program, Role, ScopePath, TensorType, Value, ValueId,
};
use crate::limits;

/// A program under construction.
#[derive(Debug)]
pub(crate) struct Builder {
    /// Without outputs until it is finished.
    program: Program,
}

/// The cost of a layer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Cost {
    /// Parameter counts.
    pub(crate) parameters: ParameterCount,
    /// Floating-point operations for one sample; see [`Operation::flops`](super::Operation::flops).
    pub(crate) flops: Option<usize>,
    /// Multiply-adds for one sample; `None` if they cannot be counted.
    pub(crate) macs: Option<usize>,
}

impl Builder {
    /// An empty program with room for the operations of so many layers, most of which have one or two.
    pub(crate) fn with_capacity(name: impl Into<String>, layers: usize) -> Self {
        let program = Program {
            name: name.into(),
            values: Vec::with_capacity(2 * layers),
            instructions: Vec::with_capacity(2 * layers),
            parameters: Vec::with_capacity(2 * layers),
            constants: Vec::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
            logits: ValueId(0),
            preprocessing: None,
        };
        Self { program }
    }

    /// Adds an input of the network.
    pub(crate) fn input(&mut self, name: &str, ty: TensorType) -> ValueId {
        let id = self.value(name.into(), ty);
        self.program.inputs.push(id);
        id
    }

    fn value(&mut self, name: Arc<str>, ty: TensorType) -> ValueId {
        let id = ValueId(next(&self.program.values));
        self.program.values.push(Value { name, ty });
        id
    }

    /// Lowers one layer by a function, and returns its outputs with its cost. If the function fails, nothing is added.
    pub(crate) fn lower(
        &mut self,
        layer: &str,
        lower: impl FnOnce(&mut Scope) -> Result<Vec<ValueId>, Misfit>,
    ) -> Result<(Vec<ValueId>, Cost), Misfit> {
        let [values, instructions, parameters] =
            [self.program.values.len(), self.program.instructions.len(), self.program.parameters.len()];
        let constants = self.program.constants.len();
        let path = layer.into();
        let mut scope = Scope { builder: self, layer, path, first: instructions, flops: Some(0), macs: Some(0) };
        let outputs = lower(&mut scope);
        let (flops, macs) = (scope.flops, scope.macs);
        match outputs {
            Ok(outputs) => {
                let parameters = ParameterCount::of(&self.program.parameters[parameters..]);
                Ok((outputs, Cost { parameters, flops, macs }))
            }
            Err(misfit) => {
                self.program.values.truncate(values);
                self.program.instructions.truncate(instructions);
                self.program.parameters.truncate(parameters);
                self.program.constants.truncate(constants);
                Err(misfit)
            }
        }
    }

    /// Adds a parameter of a file.
    pub(crate) fn stored(&mut self, name: String, dtype: DType, shape: Vec<usize>, role: Role) -> ParameterId {
        let id = ParameterId(next(&self.program.parameters));
        let initializer = Initializer::Stored;
        self.program.parameters.push(Parameter {
            name,
            dtype,
            weights: super::elements(&shape),
            shape,
            initializer,
            role,
        });
        id
    }

    /// States how many weights a parameter stands for.
    pub(crate) fn count(&mut self, id: ParameterId, weights: usize) {
        self.program.parameters[id.index()].weights = weights;
    }

    /// Adds an operation of a file, which is a node of its own, and returns its outputs.
    pub(crate) fn foreign(&mut self, name: &str, op: Opaque, inputs: Vec<Operand>) -> Vec<ValueId> {
        let name: Arc<str> = name.into();
        let named = op.outputs.iter().enumerate().map(|(index, ty)| {
            let name = if index == 0 { Arc::clone(&name) } else { format!("{name}:{index}").into() };
            self.value(name, ty.clone())
        });
        let outputs: Vec<ValueId> = named.collect();
        let (scope, outputs) = (name.as_ref().into(), outputs);
        let op = Op::Opaque(Box::new(op));
        self.program.instructions.push(Instruction { name, scope, op, inputs, outputs: outputs.clone() });
        outputs
    }

    /// The parameters so far.
    pub(crate) fn parameters(&self) -> &[Parameter] {
        &self.program.parameters
    }

    /// The type of a value.
    pub(crate) fn ty(&self, value: ValueId) -> &TensorType {
        &self.program.value(value).ty
    }

    /// The finished program.
    pub(crate) fn finish(self, outputs: Vec<ValueId>) -> Program {
        let instructions = &self.program.instructions;
        let is_needed = |value| {
            outputs.iter().skip(1).any(|output| *output == value)
                || instructions.iter().flat_map(Instruction::values).any(|read| read == value)
        };
        let Some(&output) = outputs.first() else { return Program { outputs, ..self.program } };
        let last = instructions.iter().find(|instruction| instruction.outputs.contains(&output));
        let probabilities = last.filter(|last| last.op.info().gives_probabilities && !is_needed(output));
        let logits = probabilities.and_then(|last| last.values().next()).unwrap_or(output);
        Program { outputs, logits, ..self.program }
    }
}

/// The index of what is added to a table next. So many items that it would not fit exceed any memory.
fn next<T>(table: &[T]) -> u32 {
    u32::try_from(table.len()).unwrap_or(u32::MAX)
}

/// A layer's access to the program, through which it adds its operations and parameters.
#[derive(Debug)]
pub struct Scope<'a> {
    builder: &'a mut Builder,
    layer: &'a str,
    path: ScopePath,
    /// The layer's first instruction.
    first: usize,
    flops: Option<usize>,
    macs: Option<usize>,
}

impl Scope<'_> {
    /// Adds a parameter that the optimizer updates, named after the layer and `suffix`.
    pub fn trainable(&mut self, suffix: &str, shape: &[usize], initializer: Initializer) -> Operand {
        self.parameter(suffix, shape, initializer, Role::Trainable)
    }

    /// Adds a bias of zeros, or nothing.
    pub fn bias(&mut self, is_used: bool, size: usize) -> Operand {
        if is_used { self.trainable("bias", &[size], Initializer::Zeros) } else { Operand::Absent }
    }

    /// Adds a parameter.
    pub fn parameter(&mut self, suffix: &str, shape: &[usize], initializer: Initializer, role: Role) -> Operand {
        let name = format!("{}.{suffix}", self.layer);
        let parameters = &mut self.builder.program.parameters;
        let id = ParameterId(next(parameters));
        let dtype = if role == Role::Counter { DType::Int64 } else { DType::Float32 };
        let (shape, weights) = (shape.to_vec(), super::elements(shape));
        parameters.push(Parameter { name, dtype, shape, initializer, role, weights });
        Operand::Parameter(id)
    }

    /// A number that operations read. The same one of a layer is one constant.
    pub fn number(&mut self, value: f64) -> Operand {
        let constants = &mut self.builder.program.constants;
        let name = format!("{}/{value}", self.layer);
        let index = constants.iter().position(|constant| constant.name == name).unwrap_or_else(|| {
            let ty = TensorType::sized(DType::Float32, &[]);
            constants.push(Constant { name, ty, value: ConstantValue::Float(value) });
            constants.len() - 1
        });
        Operand::Constant(ConstantId(u32::try_from(index).unwrap_or(u32::MAX)))
    }

    /// The type of a value.
    pub fn ty(&self, value: ValueId) -> &TensorType {
        self.builder.ty(value)
    }

    /// The sizes of one sample of a value.
    ///
    /// # Errors
    /// If they are not all known.
    pub fn sample(&self, value: ValueId) -> Result<Vec<usize>, Misfit> {
        let ty = self.ty(value);
        let known = ty.sample().filter(|sizes| !sizes.contains(&0));
        known.ok_or_else(|| Misfit::new(format!("needs an input of known sizes of at least 1, but gets {ty}")))
    }

    /// Channels, height and width of a value that must be an image.
    ///
    /// # Errors
    /// If it is not an image.
    pub fn image(&self, value: ValueId) -> Result<[usize; 3], Misfit> {
        <[usize; 3]>::try_from(self.sample(value)?).map_err(|_| {
            Misfit::new(format!("needs an image (channels×height×width), but gets {}", self.ty(value)))
                .hint("put `- reshape: [channels, height, width]` before it, or give `input` three sizes")
        })
    }

    /// Number of values of one sample, which must have one dimension.
    ///
    /// # Errors
    /// If it has more dimensions.
    pub fn flat(&self, value: ValueId) -> Result<usize, Misfit> {
        match self.sample(value)?[..] {
            [size] => Ok(size),
            _ => Err(Misfit::new(format!("needs one dimension, but gets {}", self.ty(value)))
                .hint("put `- flatten` before it")),
        }
    }

    /// Adds an operation with one output, and returns it.
    ///
    /// # Errors
    /// If the operands do not fit, or the output has too many values.
    pub fn push(&mut self, op: impl Into<Op>, inputs: &[Operand]) -> Result<ValueId, Misfit> {
        self.push_all(op, inputs).map(|outputs| outputs[0])
    }

    /// Adds an operation, and returns its outputs, of which there is at least one.
    ///
    /// # Errors
    /// If the operands do not fit, or an output has too many values.
    pub fn push_all(&mut self, op: impl Into<Op>, inputs: &[Operand]) -> Result<Vec<ValueId>, Misfit> {
        let op = op.into();
        let operands: Vec<Option<TensorType>> =
            inputs.iter().map(|&operand| self.builder.program.type_of(operand)).collect();
        let types = op.infer(&Operands(&operands))?;
        if types.is_empty() {
            return Err(Misfit::new("has no outputs"));
        }
        if types.iter().any(|ty| ty.elements().is_some_and(|elements| elements > limits::ELEMENTS)) {
            let message = format!("gives more than {} values a sample", limits::ELEMENTS);
            return Err(Misfit::new(message).hint("use smaller sizes"));
        }
        let sum = |own: Option<usize>, more: Option<usize>| Some(own?.saturating_add(more?));
        self.flops = sum(self.flops, op.flops(&Operands(&operands), &types));
        self.macs = sum(self.macs, op.macs(&Operands(&operands), &types));
        // Repeated operations of a layer get a number.
        let own = &self.builder.program.instructions[self.first..];
        let name = match own.iter().filter(|other| other.op.name() == op.name()).count() {
            0 => format!("{}/{}", self.layer, op.name()),
            others => format!("{}/{}_{}", self.layer, op.name(), others + 1),
        };
        let name: Arc<str> = name.into();
        let named = types.into_iter().enumerate().map(|(index, ty)| {
            let name = if index == 0 { Arc::clone(&name) } else { format!("{name}:{index}").into() };
            self.builder.value(name, ty)
        });
        let outputs: Vec<ValueId> = named.collect();
        let scope = self.path.clone();
        let instruction = Instruction { name, scope, op, inputs: inputs.to_vec(), outputs: outputs.clone() };
        self.builder.program.instructions.push(instruction);
        Ok(outputs)
    }
}
