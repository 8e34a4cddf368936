from servers.profile import MODEL, REST, RPC, component_of, plain, split, stacks

BINARY = "/b/emotion-server"
COMPONENTS = {
    "emotion::Engine::Run": "engine",
    "emotion::BasicTokenizer::Tokenize": "text",
    "emotion::(anonymous namespace)::Run::Case": "text",
}
SCRIPT = """\
exe  12
\t  cc26c89 mkl_blas_sgemm (/x/torch/lib/libtorch_cpu.so)
\t  a962b emotion::Engine::Run (/b/emotion-server)

exe  13
\tffffffff821fb64a schedule ([kernel.kallsyms])
\t  101829 syscall (/usr/lib/libc.so.6)
\t  8726 gpr_cv_wait (/usr/lib/libgpr.so.29.0.0)

exe  14
\t  101829 malloc (/usr/lib/libc.so.6)
\t  5 emotion::(anonymous namespace)::Run::Case (/b/emotion-server)
\t  6 emotion::Engine::Run (/b/emotion-server)

exe  15
\t  7 emotion::BatchQueue<emotion::Request>::PopBatch (/b/emotion-server)

exe  16
\t  101829 [unknown] (/usr/lib/libc.so.6)

exe  17
\t  8 emotion::kernels::Barrier::Wait (/b/lib/libemotion_operators.so)
\t  9 [unknown] (/usr/lib/libstdc++.so.6)
"""


def test_a_sample_belongs_to_its_innermost_known_frame() -> None:
    found = [
        component_of(stack, COMPONENTS, "emotion-server")
        for stack in stacks(SCRIPT.split("\n"))
    ]
    assert found == [MODEL, RPC, "text", "batching", REST, MODEL]


def test_the_table_adds_up_all_but_the_model() -> None:
    text = split(stacks(SCRIPT.split("\n")), COMPONENTS, "emotion-server")
    assert "| all but the model | 66.67 | 4 |" in text
    assert split([], COMPONENTS, "emotion-server") == "no samples\n"


def test_functions_are_known_without_their_parameters() -> None:
    assert plain("emotion::A::F(int, char) const [clone .cold]") == "emotion::A::F"
    long = "emotion::(anonymous namespace)::G(std::string)"
    assert plain(long) == "emotion::(anonymous namespace)::G"
