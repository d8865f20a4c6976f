//! Gradient clipping by the norm (Pascanu et al. 2012).

use tch::Tensor;

use crate::EngineError;

/// Scales all gradients by the same factor, so that their norm as one vector is at most `limit`. Same arithmetic as
/// PyTorch's `clip_grad_norm_`.
pub(super) fn clip(gradients: &mut [Tensor], limit: f64) -> Result<(), EngineError> {
    let mut squares = 0.0;
    for gradient in gradients.iter() {
        squares += gradient.f_norm()?.f_double_value(&[])?.powi(2);
    }
    let factor = limit / (squares.sqrt() + 1e-6);
    if factor < 1.0 {
        for gradient in gradients {
            *gradient = gradient.f_mul_scalar(factor)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::to_vec;

    fn clipped(limit: f64) -> Vec<f32> {
        let mut gradients = [Tensor::from_slice(&[3.0_f32, -4.0]), Tensor::from_slice(&[12.0_f32])];
        clip(&mut gradients, limit).expect("finite");
        gradients.iter().flat_map(|gradient| to_vec(gradient).expect("values")).collect()
    }

    /// Expected values from PyTorch 2.13.
    #[test]
    fn gradients_are_clipped_together_as_in_pytorch() {
        for (found, expected) in clipped(0.5).into_iter().zip([0.115_384_61, -0.153_846_14, 0.461_538_43]) {
            assert!((found - expected).abs() < 1e-7, "{found} is not {expected}");
        }
    }

    #[test]
    fn what_is_short_enough_stays() {
        assert_eq!(clipped(14.0), [3.0, -4.0, 12.0]);
    }
}
