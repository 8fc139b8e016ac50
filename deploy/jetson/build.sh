#!/usr/bin/env bash
# Builds ONNX Runtime for Node.js with TensorRT on a Jetson, and puts it where micron-edge looks for it. README.md says
# what each step needs. Run it again after whatever ended it: what is done is not done again.
set -euo pipefail

# The version that package-lock.json pins; a test holds the two together. The commit is what that package was built from.
VERSION=1.30.0
COMMIT=f2c39fe2f838cf35ce7da92824f5a5e3ee6e88a7
SOURCE=https://github.com/microsoft/onnxruntime.git
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PATCH=$HERE/tensorrt-options.patch

usage() {
  cat <<TEXT
Usage: build.sh [--dry-run] [--check] [--work FOLDER] [--out FOLDER] [--jobs N] [--source ADDRESS]

  --check           look at this machine only
  --dry-run         say what would be done, on any machine, and do nothing
  --work FOLDER     where it is built, about 20 GB (default: $WORK)
  --out FOLDER      where it goes (default: $OUT)
  --jobs N          compilers at a time (default: by memory)
  --source ADDRESS  another clone of ONNX Runtime, or a folder with one; its commit must be the same

Exit codes: 0 done, 1 failed, 2 usage, 4 this machine lacks something.
TEXT
}

WORK=${XDG_CACHE_HOME:-$HOME/.cache}/micron-edge-onnxruntime
OUT=/usr/local/lib/micron-edge/onnxruntime
JOBS=
DRY=
CHECK_ONLY=

stop() { # CODE WHAT REMEDY
  echo "build: cannot go on: $2" >&2
  echo "build: $3" >&2
  exit "$1"
}

while [ $# -gt 0 ]; do
  case $1 in
    --dry-run) DRY=yes ;;
    --check) CHECK_ONLY=yes ;;
    --work | --out | --jobs | --source)
      [ -n "${2:-}" ] || stop 2 "$1 needs a value" "build.sh --help"
      case $1 in
        --work) WORK=$2 ;;
        --out) OUT=$2 ;;
        --jobs) JOBS=$2 ;;
        --source) SOURCE=$2 ;;
      esac
      shift
      ;;
    --help | -h)
      usage
      exit 0
      ;;
    *) stop 2 "unknown argument \"$1\"" "build.sh --help" ;;
  esac
  shift
done
case $JOBS in
  '' | [1-9] | [1-9][0-9]) ;;
  *) stop 2 "--jobs $JOBS is not a number from 1 to 99" "build.sh --help" ;;
esac
for folder in "$WORK" "$OUT"; do
  case $folder in
    /*) ;;
    *) stop 2 "$folder is not an absolute path" "Write it from / on." ;;
  esac
done

# shellcheck source=board.sh
. "$HERE/board.sh"

say() { echo "build: $*" >&2; }
run() {
  if [ -n "$DRY" ]; then
    printf 'would run:'
    printf ' %q' "$@"
    printf '\n'
  else
    "$@"
  fi
}
as_root() {
  if [ "$(id -u)" = 0 ]; then run "$@"; else run sudo "$@"; fi
}

# A step that is done has a mark with all that it depends on, so that another version or patch does it anew.
step() { # NAME FUNCTION
  local mark=$WORK/done-$1 inputs
  inputs="$COMMIT $(sha256sum <"$PATCH" | cut -c1-64) ${CUDA_ARCHITECTURE:-?}"
  if [ -z "$DRY" ] && [ "$(cat "$mark" 2>/dev/null)" = "$inputs" ]; then
    say "$1: done before"
    return
  fi
  say "$1"
  "$2"
  [ -n "$DRY" ] || echo "$inputs" >"$mark"
}

TREE=$WORK/source
TOOLS=$WORK/tools

fetch() {
  if [ ! -d "$TREE/.git" ]; then
    run git init -q "$TREE"
    run git -C "$TREE" remote add origin "$SOURCE"
  fi
  run git -C "$TREE" fetch -q --depth 1 origin "$COMMIT"
  run git -C "$TREE" checkout -q --force "$COMMIT"
  [ -n "$DRY" ] || [ "$(cat "$TREE/VERSION_NUMBER")" = "$VERSION" ] ||
    stop 1 "commit $COMMIT is not ONNX Runtime $VERSION" "This script and package-lock.json name different versions."
  run git -C "$TREE" submodule update -q --init --recursive --depth 1
}

patch_binding() {
  if [ -z "$DRY" ] && git -C "$TREE" apply --reverse --check "$PATCH" 2>/dev/null; then return; fi
  run git -C "$TREE" apply --check "$PATCH" ||
    stop 1 "the patch does not fit this source" "Look at js/node/src/session_options_helper.cc and adapt $PATCH."
  run git -C "$TREE" apply "$PATCH"
}

# Ubuntu 22.04 has CMake 3.22, and ONNX Runtime wants 3.28. 4 has given up what some of its parts still ask for.
tools() {
  run python3 -m venv "$TOOLS"
  run "$TOOLS/bin/pip" install --quiet 'cmake>=3.28,<4' 'ninja>=1.11' 'numpy' 'packaging' 'setuptools'
}

build_flags() {
  FLAGS=(
    --build_dir "$WORK/build" --config Release --update --build --parallel "$JOBS" --nvcc_threads 1
    --cmake_path "$TOOLS/bin/cmake" --cmake_generator Ninja
    --build_shared_lib --build_nodejs --skip_tests --skip_submodule_sync --skip_pip_install
    --compile_no_warning_as_error
    --use_cuda --cuda_home "$CUDA" --cudnn_home "$LIBRARIES" --use_tensorrt --tensorrt_home "$LIBRARIES"
    --cmake_extra_defines "CMAKE_CUDA_ARCHITECTURES=$CUDA_ARCHITECTURE" onnxruntime_BUILD_UNIT_TESTS=OFF
    # Kernels for language models: half of the time and most of the memory, and nothing of ours calls them.
    onnxruntime_USE_FLASH_ATTENTION=OFF onnxruntime_USE_MEMORY_EFFICIENT_ATTENTION=OFF
  )
  # ONNX Runtime does not like to be built by root.
  if [ "$(id -u)" = 0 ]; then FLAGS+=(--allow_running_as_root); fi
}

compile() {
  build_flags
  export CUDACXX=$CUDA/bin/nvcc PATH=$TOOLS/bin:$CUDA/bin:$PATH
  # Its package downloads CUDA libraries for x64 when it is installed; here they are the box's own.
  export ONNXRUNTIME_NODE_INSTALL=skip
  run python3 "$TREE/tools/ci_build/build.py" "${FLAGS[@]}"
}

# Everything that the binding loads, in one folder, with its hashes: put in place by one rename, after a real run.
assemble() {
  local fresh=$WORK/overlay built=$WORK/build/Release
  local binding=$TREE/js/node/bin/napi-v6/linux/arm64/onnxruntime_binding.node
  run rm -rf "$fresh"
  run install -d -m 0755 "$fresh"
  run install -m 0644 "$binding" "$fresh/onnxruntime_binding.node"
  # By the name under which the binding asks for it.
  run install -m 0644 "$built/libonnxruntime.so.$VERSION" "$fresh/libonnxruntime.so.1"
  local library
  for library in shared cuda tensorrt; do
    run install -m 0644 "$built/libonnxruntime_providers_$library.so" "$fresh/"
  done
  run install -m 0644 "$TREE/LICENSE" "$TREE/ThirdPartyNotices.txt" "$fresh/"
  run node "$HERE/manifest.mjs" "$fresh" "$VERSION" arm64 \
    "commit=$COMMIT" "patch=$(sha256sum <"$PATCH" | cut -c1-64)" "l4t=$L4T" "tensorrt=$TENSORRT" "cuda=$CUDA_VERSION"
}

place() {
  local fresh=$WORK/overlay
  say "a real run on TensorRT, its outputs against those of the CPU; the first time takes minutes"
  run env MICRON_EDGE_ONNXRUNTIME="$fresh" micron-edge doctor --only provider --provider tensorrt ||
    stop 1 "it was built and does not do what it should" "What is above says why. Nothing was put in place."
  as_root install -d -m 0755 "$(dirname "$OUT")"
  as_root rm -rf "$OUT.new" "$OUT.old"
  as_root cp -r --preserve=mode "$fresh" "$OUT.new"
  if [ -d "$OUT" ]; then as_root mv -T "$OUT" "$OUT.old"; fi
  as_root mv -T "$OUT.new" "$OUT"
  as_root rm -rf "$OUT.old"
}

look_at_board
[ -z "$CHECK_ONLY" ] || exit 0
run mkdir -p "$WORK"
step fetch fetch
step patch patch_binding
step tools tools
step compile compile
step assemble assemble
place
say "done: $OUT. Now: systemctl restart micron-edge"
