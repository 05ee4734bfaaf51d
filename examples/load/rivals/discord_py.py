"""A bot as many write it with discord.py: it answers a command and keeps nothing."""
import json
import os
import urllib.request

import aiohttp
import discord
import yarl
from discord import app_commands

api, token, video = (os.environ[name] for name in ("DISCORD_API_URL", "DISCORD_TOKEN", "VIDEO_API_URL"))
discord.http.Route.BASE = f"{api}/api/v10"
headers = {"Authorization": f"Bot {token}", "User-Agent": "DiscordBot (https://rival.example, 1)"}
asked = urllib.request.Request(f"{api}/api/v10/gateway/bot", headers=headers)
gateway = json.load(urllib.request.urlopen(asked))["url"]
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)

client = discord.Client(intents=discord.Intents.none())
tree = app_commands.CommandTree(client)


@tree.command(name="videostatus", description="Shows a task")
@app_commands.describe(id="The task")
async def videostatus(interaction: discord.Interaction, id: str):
    await interaction.response.defer()
    async with client.video.get(f"{video}/v1/video/query", params={"id": id}) as reply:
        task = await reply.json()
    embed = discord.Embed(title=task["status"], description="cat fish")
    await interaction.edit_original_response(embed=embed)


@client.event
async def setup_hook():
    client.video = aiohttp.ClientSession()
    await tree.sync()


client.run(token, log_handler=None)
