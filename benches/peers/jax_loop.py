"""784-512-10 in JAX, the whole epoch compiled: jax_loop.py DIR. The first epoch compiles."""
import sys
import time

import jax
import jax.numpy as jnp
import numpy as np

from mnist_files import load

SIZE, STEPS = 128, 60000 // 128

images, labels, test_images, test_labels = load(sys.argv[1])
x, xt = (jnp.asarray(part.reshape(-1, 784).astype("f4") / 255) for part in (images, test_images))
y = jnp.asarray(labels.astype("i4"))


def glorot(key, inputs, outputs):
    limit = (6 / (inputs + outputs)) ** 0.5
    return jax.random.uniform(key, (inputs, outputs), minval=-limit, maxval=limit)


first, second = jax.random.split(jax.random.PRNGKey(0))
params = [glorot(first, 784, 512), jnp.zeros(512), glorot(second, 512, 10), jnp.zeros(10)]
state = [jnp.zeros_like(param) for param in params]


def scores(params, x):
    return jax.nn.relu(x @ params[0] + params[1]) @ params[2] + params[3]


def loss(params, x, y):
    return -jnp.mean(jax.nn.log_softmax(scores(params, x))[jnp.arange(len(y)), y])


@jax.jit
def epoch(params, state, order):
    def step(carry, batch):
        params, state = carry
        value, grads = jax.value_and_grad(loss)(params, x[batch], y[batch])
        state = [0.9 * s + 0.1 * g * g for s, g in zip(state, grads)]
        params = [p - 1e-3 * g / (jnp.sqrt(s) + 1e-7) for p, g, s in zip(params, grads, state)]
        return (params, state), value

    (params, state), values = jax.lax.scan(step, (params, state), order)
    return params, state, values.mean()


# A scan needs batches of one size: the last 96 of the 60,000 samples are left out.
for number in range(5):
    order = np.random.RandomState(number).permutation(len(images))[: STEPS * SIZE].reshape(STEPS, SIZE)
    start = time.perf_counter()
    params, state, value = epoch(params, state, jnp.asarray(order))
    value.block_until_ready()
    print(f"seconds {time.perf_counter() - start:.4f}")
print(f"accuracy {(scores(params, xt).argmax(1) == test_labels).mean():.4f}")
