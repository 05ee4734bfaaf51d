// A bot as many write it with discord.js: it answers a command and keeps nothing.
import { Client, Events, REST, Routes } from 'discord.js';

const { DISCORD_API_URL, DISCORD_TOKEN, VIDEO_API_URL } = process.env;
const options = { api: `${DISCORD_API_URL}/api` };

const rest = new REST(options).setToken(DISCORD_TOKEN);
const application = await rest.get(Routes.currentApplication());
const id = { type: 3, name: 'id', description: 'The task', required: true };
const body = [{ type: 1, name: 'videostatus', description: 'Shows a task', options: [id] }];
await rest.put(Routes.applicationCommands(application.id), { body });

const client = new Client({ intents: [], rest: options, waitGuildTimeout: 0 });
client.on(Events.InteractionCreate, async (interaction) => {
  if (!interaction.isChatInputCommand()) return;
  await interaction.deferReply();
  const task = encodeURIComponent(interaction.options.getString('id'));
  const reply = await fetch(`${VIDEO_API_URL}/v1/video/query?id=${task}`);
  const { status } = await reply.json();
  await interaction.editReply({ embeds: [{ title: status, description: 'cat fish' }] });
});
await client.login(DISCORD_TOKEN);
