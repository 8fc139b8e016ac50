# What build.sh wants to know of the machine. Sourced by it; MICRON_EDGE_BOARD_ROOT shows it another machine, for tests.
# shellcheck shell=bash
# shellcheck disable=SC2034 # build.sh reads what is found here.
ROOT=${MICRON_EDGE_BOARD_ROOT:-}

NEED_DISK_GB=25
NEED_MEMORY_GB=16
# nvcc takes up to this much for one file.
JOB_MEMORY_GB=3

lacking=0
lacks() { # WHAT REMEDY
  lacking=1
  echo "lacking: $1" >&2
  echo "         $2" >&2
}
fine() { echo "fine:    $*" >&2; }
careful() { # WHAT REMEDY
  echo "careful: $1" >&2
  echo "         $2" >&2
}

# Of a file that may not be there.
content() { cat "$1" 2>/dev/null || true; }

# 36.4.3 for "# R36 (release), REVISION: 4.3, ..."
l4t_release() {
  content "$ROOT/etc/nv_tegra_release" | sed -nE '1s/^# R([0-9]+) \(release\), REVISION: ([0-9.]+).*/\1.\2/p'
}

# TensorRT and CUDA as their headers say.
header_version() { # FILE PREFIX SUFFIX...
  local file=$1 prefix=$2 part version='' number
  shift 2
  for part in "$@"; do
    number=$(content "$file" | sed -nE "s/^#define ${prefix}${part}[[:space:]]+([0-9]+).*/\1/p")
    version=$version${version:+.}$number
  done
  echo "$version"
}

# TensorRT since 10.7 writes "#define NV_TENSORRT_MAJOR TRT_MAJOR_ENTERPRISE" and the number there.
tensorrt_version() {
  local file=$1 version
  version=$(header_version "$file" NV_TENSORRT_ MAJOR MINOR PATCH)
  case $version in
    [0-9]*.[0-9]*) echo "$version" ;;
    *) header_version "$file" TRT_ MAJOR_ENTERPRISE MINOR_ENTERPRISE PATCH_ENTERPRISE ;;
  esac
}

look_at_processor() {
  local compatible
  compatible=$(content "$ROOT/proc/device-tree/compatible" | tr '\0' ' ')
  case $compatible in
    *tegra234*) CUDA_ARCHITECTURE=87 ;;
    *tegra264*) CUDA_ARCHITECTURE=110 ;;
    *tegra194* | *tegra210* | *tegra186*)
      CUDA_ARCHITECTURE=
      lacks "this is an older Jetson (${compatible% })" "JetPack 6 ends with Orin; run on the CPU here."
      return
      ;;
    *)
      CUDA_ARCHITECTURE=
      lacks "this is no Jetson that is known here" "Run this on the box itself: Orin, or newer."
      return
      ;;
  esac
  fine "${compatible%% *}, CUDA architecture $CUDA_ARCHITECTURE"
}

look_at_software() {
  L4T=$(l4t_release)
  case $L4T in
    '') lacks "no L4T here (/etc/nv_tegra_release)" "Install JetPack 6.1 or newer." ;;
    36.[0-3] | 36.[0-3].* | 3[0-5].*) lacks "L4T $L4T is too old" "Install JetPack 6.1 (L4T 36.4) or newer." ;;
    *) fine "L4T $L4T" ;;
  esac
  CUDA=$ROOT/usr/local/cuda
  CUDA_VERSION=$(content "$CUDA/version.json" | tr -d '\n' | sed -nE 's/.*"cuda" *: *\{[^}]*"version" *: *"([0-9.]+)".*/\1/p')
  if [ ! -x "$CUDA/bin/nvcc" ]; then
    lacks "no CUDA compiler ($CUDA/bin/nvcc)" "apt-get install nvidia-jetpack"
  else
    fine "CUDA ${CUDA_VERSION:-of unknown version}"
  fi
  LIBRARIES=$ROOT/usr/lib/aarch64-linux-gnu
  local header=$ROOT/usr/include/aarch64-linux-gnu/NvInferVersion.h
  TENSORRT=$(tensorrt_version "$header")
  case $TENSORRT in
    [1-9][0-9].*) fine "TensorRT $TENSORRT" ;;
    [0-9].*) lacks "TensorRT $TENSORRT is too old" "ONNX Runtime wants 10: install JetPack 6.1 or newer." ;;
    *) lacks "no TensorRT to build with ($header)" "apt-get install nvidia-jetpack" ;;
  esac
  if [ -e "$ROOT/usr/include/aarch64-linux-gnu/cudnn.h" ] || [ -e "$ROOT/usr/include/cudnn.h" ]; then
    fine "cuDNN"
  else
    lacks "no cuDNN to build with" "apt-get install nvidia-jetpack"
  fi
  local program package
  for program in git:git python3:python3-venv g++:build-essential node:nodejs npm:nodejs; do
    package=${program#*:}
    program=${program%%:*}
    command -v "$program" >/dev/null || lacks "no $program" "apt-get install $package"
  done
  if command -v micron-edge >/dev/null; then
    fine "micron-edge, which will try what was built"
  else
    lacks "no micron-edge, which has to try what was built" "Install its package, or put dist/agent/main.js on the PATH by that name."
  fi
}

look_at_room() {
  local folder=$WORK free_gb ram_gb swap_gb
  while [ ! -d "$folder" ]; do folder=$(dirname "$folder"); done
  free_gb=$(df --output=avail -BG "$folder" | tail -n 1 | tr -dc '0-9')
  if [ "$free_gb" -ge "$NEED_DISK_GB" ]; then
    fine "$free_gb GB free below $folder"
  elif [ -d "$WORK/build" ]; then
    careful "$free_gb GB free below $folder" "A build that was begun is there; it may do."
  else
    lacks "$free_gb GB free below $folder, and it takes $NEED_DISK_GB" "Name a folder on a larger disk: --work FOLDER"
  fi
  ram_gb=$(awk '/^MemTotal:/ { print int($2 / 1e6 + 0.5) }' "$ROOT/proc/meminfo")
  # zram is memory, not room.
  swap_gb=$(awk 'NR > 1 && $1 !~ /zram/ { sum += $3 } END { print int(sum / 1e6 + 0.5) }' "$ROOT/proc/swaps")
  if [ $((ram_gb + swap_gb)) -ge "$NEED_MEMORY_GB" ]; then
    fine "$ram_gb GB of memory and $swap_gb GB of swap on disk"
  else
    lacks "$ram_gb GB of memory and $swap_gb GB of swap on disk, together less than $NEED_MEMORY_GB" \
      "fallocate -l 16G /swap.build && chmod 600 /swap.build && mkswap /swap.build && swapon /swap.build; and away with it afterwards: pictures must not reach a disk"
  fi
  if [ -z "$JOBS" ]; then
    JOBS=$(((ram_gb + swap_gb / 2) / JOB_MEMORY_GB))
    [ "$JOBS" -ge 1 ] || JOBS=1
    [ "$JOBS" -le "$(nproc)" ] || JOBS=$(nproc)
  fi
  fine "$JOBS compilers at a time"
}

look_at_power() {
  local mode
  command -v nvpmodel >/dev/null || return 0
  mode=$(nvpmodel -q 2>/dev/null | sed -nE 's/^NV Power Mode: *(.*)/\1/p')
  case $mode in
    MAXN* | '') fine "power mode ${mode:-unknown}" ;;
    *) careful "power mode $mode: it will take longer" "nvpmodel -m 0, and nvpmodel -q --verbose for what is there" ;;
  esac
}

look_at_board() {
  look_at_processor
  look_at_software
  look_at_room
  look_at_power
  [ "$lacking" = 0 ] && return
  if [ -n "$DRY" ]; then
    echo "build: it would end here with 4" >&2
    CUDA_ARCHITECTURE=${CUDA_ARCHITECTURE:-87}
    return
  fi
  stop 4 "this machine lacks something, see above" "Mend it, then run this again."
}
