#!/bin/sh
# Makes clip.mp4 and thumbnail.png: a sun over two ranges of hills that roll by,
# 4 seconds that loop. H.264 baseline, because every browser plays it.
set -eu
cd "$(dirname "$0")"
sun="exp(-((X-470)*(X-470)+(Y-105)*(Y-105))/1500)"
far="gt(Y\,215+22*sin((X+T*160)*PI/160)+9*sin((X+T*160)*PI/53.33))"
near="gt(Y\,275+26*sin((X+T*320)*PI/213.33)+7*sin((X+T*320)*PI/64))"
ffmpeg -y -v error -f lavfi -i "color=c=black:s=640x360:r=24:d=4" -vf "format=gbrp,geq=\
r='if($near\,58\,if($far\,104\,min(255\,96+Y*0.42+150*$sun)))':\
g='if($near\,122\,if($far\,158\,min(255\,150+Y*0.22+95*$sun)))':\
b='if($near\,74\,if($far\,112\,max(0\,235-Y*0.22-60*$sun)))',format=yuv420p" \
  -c:v libx264 -profile:v baseline -level 3.0 -crf 27 -preset veryslow \
  -movflags +faststart -map_metadata -1 -fflags +bitexact -flags:v +bitexact clip.mp4
ffmpeg -y -v error -ss 1 -i clip.mp4 -frames:v 1 \
  -vf "scale=320:180,split[a][b];[a]palettegen=max_colors=64[p];[b][p]paletteuse=dither=none" \
  -map_metadata -1 -fflags +bitexact thumbnail.png
