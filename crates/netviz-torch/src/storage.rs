//! The values of tensors as slices.
//!
//! tch copies values in and out but gives no access to them in place, which the optimizers need.

use std::mem::MaybeUninit;

use tch::{Device, Kind, Tensor};

use crate::EngineError;

/// A tensor with the given values and shape.
///
/// tch's own function takes any length and reads past the end of a slice that is too short.
pub(crate) fn from_slice(values: &[f32], shape: &[usize]) -> Result<Tensor, EngineError> {
    let tensor = Tensor::f_from_slice(values)?;
    Ok(tensor.f_reshape(dimensions(shape))?)
}

/// A shape as libtorch expects it.
pub(crate) fn dimensions(shape: &[usize]) -> Vec<i64> {
    shape.iter().map(|&size| integer(size)).collect()
}

/// A size as libtorch expects it. Building the graph checks that sizes fit.
pub(crate) fn integer(size: usize) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

/// A copy of the values of a tensor.
pub(crate) fn to_vec(tensor: &Tensor) -> Result<Vec<f32>, EngineError> {
    let tensor = tensor.detach().f_to(Device::Cpu)?.f_contiguous()?;
    let mut values = vec![0.0_f32; tensor.numel()];
    tensor.f_copy_data(&mut values, tensor.numel())?;
    Ok(values)
}

fn check(tensor: &Tensor) -> Result<usize, EngineError> {
    if tensor.f_kind()? == Kind::Float && tensor.is_contiguous() && tensor.device() == Device::Cpu {
        Ok(tensor.numel())
    } else {
        Err(EngineError::new("a tensor is not a contiguous block of 32-bit numbers in main memory"))
    }
}

/// The values of a tensor.
#[expect(unsafe_code, reason = "tch hands the storage out as a raw pointer")]
pub(crate) fn values(tensor: &Tensor) -> Result<&[f32], EngineError> {
    let length = check(tensor)?;
    if length == 0 {
        return Ok(&[]);
    }
    // SAFETY: `check` made sure that the pointer leads to `length` contiguous numbers of this type. The slice borrows
    // the tensor, which keeps the storage alive. A tensor that shares the storage could change it, but only through a
    // call on this thread, and the callers make none while they hold the slice.
    Ok(unsafe { std::slice::from_raw_parts(tensor.data_ptr().cast::<f32>(), length) })
}

/// The values of a tensor, for writing.
#[expect(unsafe_code, reason = "tch hands the storage out as a raw pointer")]
pub(crate) fn values_mut(tensor: &mut Tensor) -> Result<&mut [f32], EngineError> {
    let length = check(tensor)?;
    if length == 0 {
        return Ok(&mut []);
    }
    // SAFETY: as in `values`; the tensor is borrowed mutably, and a parameter's storage is shared only
    // with the gradient graph of a step, which is gone before its values are changed.
    Ok(unsafe { std::slice::from_raw_parts_mut(tensor.data_ptr().cast::<f32>(), length) })
}

/// The uninitialized values of a tensor, for writing.
#[expect(unsafe_code, reason = "tch hands the storage out as a raw pointer")]
pub(crate) fn unwritten(tensor: &mut Tensor) -> Result<&mut [MaybeUninit<f32>], EngineError> {
    let length = check(tensor)?;
    if length == 0 {
        return Ok(&mut []);
    }
    // SAFETY: as in `values_mut`; no value is assumed to be initialized.
    Ok(unsafe { std::slice::from_raw_parts_mut(tensor.data_ptr().cast::<MaybeUninit<f32>>(), length) })
}
