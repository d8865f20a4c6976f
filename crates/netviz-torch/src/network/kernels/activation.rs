//! Functions of single values, and softmax.

use netviz::ir::{
    Clip, Elu, Erf, HardSigmoid, HardSwish, LeakyRelu, Relu, Sigmoid, Softmax, Softplus, Tanh, TensorType,
};
use tch::{Kind, Tensor};

use super::{Applied, Kernel, Memory, Mode, Operands, Reads, Rule, Sizes};
use crate::EngineError;

impl Kernel for Relu {
    fn run(&self, operands: &Operands, _: Mode) -> Result<Vec<Tensor>, EngineError> {
        Ok(vec![operands.at(0)?.f_relu()?])
    }

    fn rule(&self, _: &[Option<TensorType>]) -> Rule {
        Rule::Own(Reads::OUTPUTS)
    }

    fn gradients(&self, applied: &Applied, gradient: &Tensor) -> Result<Vec<Option<Tensor>>, EngineError> {
        Ok(vec![Some(applied.output()?.f_threshold_backward(gradient, 0.0)?)])
    }
}

impl Kernel for LeakyRelu {
    fn run(&self, operands: &Operands, _: Mode) -> Result<Vec<Tensor>, EngineError> {
        let input = operands.at(0)?;
        Ok(vec![input.f_maximum(&input.f_mul_scalar(self.alpha)?)?])
    }

    fn rule(&self, _: &[Option<TensorType>]) -> Rule {
        Rule::Autograd(Reads::OPERANDS)
    }

    fn memory(&self, sizes: &Sizes) -> Memory {
        Memory { scratch: sizes.input_elements(), kept: sizes.input_elements() }
    }
}

impl Kernel for Elu {
    fn run(&self, operands: &Operands, _: Mode) -> Result<Vec<Tensor>, EngineError> {
        let input = operands.at(0)?;
        let below = input.f_clamp_max(0.0)?.f_expm1()?.f_mul_scalar(self.alpha)?;
        Ok(vec![input.f_relu()?.f_add(&below)?])
    }

    fn rule(&self, _: &[Option<TensorType>]) -> Rule {
        Rule::Autograd(Reads::OPERANDS)
    }

    fn memory(&self, sizes: &Sizes) -> Memory {
        Memory { scratch: sizes.input_elements() * 2, kept: sizes.input_elements() * 2 }
    }
}

impl Kernel for Sigmoid {
    fn run(&self, operands: &Operands, _: Mode) -> Result<Vec<Tensor>, EngineError> {
        Ok(vec![operands.at(0)?.f_sigmoid()?])
    }

    fn rule(&self, _: &[Option<TensorType>]) -> Rule {
        Rule::Own(Reads::OUTPUTS)
    }

    fn gradients(&self, applied: &Applied, gradient: &Tensor) -> Result<Vec<Option<Tensor>>, EngineError> {
        Ok(vec![Some(Tensor::f_sigmoid_backward(gradient, applied.output()?)?)])
    }
}

impl Kernel for Softplus {
    fn run(&self, operands: &Operands, _: Mode) -> Result<Vec<Tensor>, EngineError> {
        Ok(vec![operands.at(0)?.f_softplus()?])
    }

    fn rule(&self, _: &[Option<TensorType>]) -> Rule {
        Rule::Autograd(Reads::OPERANDS)
    }
}

impl Kernel for Tanh {
    fn run(&self, operands: &Operands, _: Mode) -> Result<Vec<Tensor>, EngineError> {
        Ok(vec![operands.at(0)?.f_tanh()?])
    }

    fn rule(&self, _: &[Option<TensorType>]) -> Rule {
        Rule::Own(Reads::OUTPUTS)
    }

    fn gradients(&self, applied: &Applied, gradient: &Tensor) -> Result<Vec<Option<Tensor>>, EngineError> {
        Ok(vec![Some(Tensor::f_tanh_backward(gradient, applied.output()?)?)])
    }
}

impl Kernel for HardSigmoid {
    fn run(&self, operands: &Operands, _: Mode) -> Result<Vec<Tensor>, EngineError> {
        let line = operands.at(0)?.f_mul_scalar(self.alpha)?.f_add_scalar(self.beta)?;
        Ok(vec![line.f_clamp(0.0, 1.0)?])
    }

    fn rule(&self, _: &[Option<TensorType>]) -> Rule {
        Rule::Autograd(Reads::OPERANDS)
    }

    fn memory(&self, sizes: &Sizes) -> Memory {
        Memory { scratch: sizes.input_elements() * 2, kept: sizes.input_elements() }
    }
}

impl Kernel for HardSwish {
    fn run(&self, operands: &Operands, _: Mode) -> Result<Vec<Tensor>, EngineError> {
        Ok(vec![operands.at(0)?.f_hardswish()?])
    }

    fn rule(&self, _: &[Option<TensorType>]) -> Rule {
        Rule::Autograd(Reads::OPERANDS)
    }
}

impl Kernel for Erf {
    fn run(&self, operands: &Operands, _: Mode) -> Result<Vec<Tensor>, EngineError> {
        Ok(vec![operands.at(0)?.f_erf()?])
    }

    fn rule(&self, _: &[Option<TensorType>]) -> Rule {
        Rule::Autograd(Reads::OPERANDS)
    }
}

impl Kernel for Clip {
    fn run(&self, operands: &Operands, _: Mode) -> Result<Vec<Tensor>, EngineError> {
        Ok(vec![operands.at(0)?.f_clamp(self.min, self.max)?])
    }

    fn rule(&self, _: &[Option<TensorType>]) -> Rule {
        Rule::Autograd(Reads::OPERANDS)
    }
}

impl Kernel for Softmax {
    fn run(&self, operands: &Operands, _: Mode) -> Result<Vec<Tensor>, EngineError> {
        Ok(vec![operands.at(0)?.f_softmax(self.axis, Kind::Float)?])
    }

    fn rule(&self, _: &[Option<TensorType>]) -> Rule {
        Rule::Own(Reads::OUTPUTS)
    }

    fn gradients(&self, applied: &Applied, gradient: &Tensor) -> Result<Vec<Option<Tensor>>, EngineError> {
        let output = applied.output()?;
        Ok(vec![Some(Tensor::f_internal_softmax_backward_data(gradient, output, self.axis, Kind::Float)?)])
    }
}
